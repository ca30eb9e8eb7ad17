// How many requests repopulse saved, compared with polling every active repository once a minute.
import type { Feed, Repository } from "../api/types";
import { MINUTE, parseTime } from "./format";

export interface Savings {
  requests: number;
  everyMinute: number; // requests that polling once a minute would have needed
  saved: number; // share of `everyMinute`; negative if more were sent to reach the freshness target
}

// Counts the active repositories, each since it was added, the organisation feeds that serve them, and the change probes
// that were sent. null in the first minute.
export function savings(repositories: Repository[], feeds: Feed[], probes: number, now: number): Savings | null {
  let [requests, everyMinute] = [probes, 0];
  for (const { active, added_at: addedAt, polling } of repositories) {
    const added = parseTime(addedAt);
    if (!active || added === null || polling?.requests === undefined) continue;
    requests += polling.requests;
    everyMinute += Math.max(0, Math.floor((now - added) / MINUTE));
  }
  for (const feed of feeds) if (!feed.repository) requests += feed.requests ?? 0;
  return everyMinute === 0 ? null : { requests, everyMinute: everyMinute, saved: 1 - requests / everyMinute };
}
