// How many requests repopulse saved, compared with polling every active repository once a minute.
import type { Feed, Repository } from "../api/types";
import { kMinute, parse_time } from "./format";

export interface Savings {
  requests: number;
  every_minute: number;  // requests that polling once a minute would have needed
  saved: number;  // share of `every_minute`; negative if more were sent to reach the freshness target
}

// Counts the active repositories, each since it was added, the organisation feeds that serve them, and the change probes
// that were sent. null in the first minute.
export function savings(repositories: Repository[], feeds: Feed[], probes: number, now: number): Savings | null {
  let [requests, every_minute] = [probes, 0];
  for (const { active, added_at, polling } of repositories) {
    const added = parse_time(added_at);
    if (!active || added === null || polling?.requests === undefined) continue;
    requests += polling.requests;
    every_minute += Math.max(0, Math.floor((now - added) / kMinute));
  }
  for (const feed of feeds) if (!feed.repository) requests += feed.requests ?? 0;
  return every_minute === 0 ? null : { requests, every_minute, saved: 1 - requests / every_minute };
}
