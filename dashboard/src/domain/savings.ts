// What polling with thought saved against asking for every repository once a minute.
import type { Feed, Repository } from "../api/types";
import { kMinute, parse_time } from "./format";

export interface Savings {
  asked: number;
  every_minute: number;  // requests that one a minute would have taken
  saved: number;  // share, at most 1; negative where asking more often is what freshness takes
}

// Of the active repositories since each was added, with the feeds of organisations that serve them; null while too little
// time has passed to say.
export function savings(repositories: Repository[], feeds: Feed[], now: number): Savings | null {
  let [asked, every_minute] = [0, 0];
  for (const { active, added_at, polling } of repositories) {
    const added = parse_time(added_at);
    if (!active || added === null || polling?.requests === undefined) continue;
    asked += polling.requests;
    every_minute += Math.max(0, Math.floor((now - added) / kMinute));
  }
  for (const feed of feeds) if (!feed.repository) asked += feed.requests ?? 0;
  return every_minute === 0 ? null : { asked, every_minute, saved: 1 - asked / every_minute };
}
