// What polling with thought saved against asking every minute.
import type { Poller } from "../api/types";
import { kMinute, parse_time } from "./format";

export interface Savings {
  asked: number;
  every_minute: number;  // requests that one a minute and feed would have taken since the start
  saved: number;  // share, 0…1
}

// null while too little time has passed to say, or where the server does not tell.
export function savings(poller: Poller, now: number): Savings | null {
  const started = parse_time(poller.started_at);
  const feeds = poller.feeds?.length ?? 0;
  if (started === null || poller.requests === undefined || feeds === 0) return null;
  const every_minute = Math.floor((now - started) / kMinute) * feeds;
  if (every_minute < feeds) return null;
  return { asked: poller.requests, every_minute, saved: Math.max(0, 1 - poller.requests / every_minute) };
}
