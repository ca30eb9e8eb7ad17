// What polling cost lately, and what other ways of polling would have cost for the same events.
import type { Alternative, Poller, Share, Spent } from "../api/types";
import { formatDuration, MINUTE } from "./format";

export interface Way {
  name: string;
  note: string | null;
  requests: number;
  quota: number;
  staleness: number | null; // mean, in seconds
  own: boolean; // this is what repopulse did
}

// repopulse first, then the alternatives in the server's order.
export function waysOfPolling({ policy, spent }: Poller): Way[] {
  if (!spent) return [];
  const points = spent.points_spent > 0 ? `and ${spent.points_spent.toLocaleString("en-US")} GraphQL points` : null;
  const done: Way = {
    name: `repopulse (${policy ?? "–"})`,
    note: points,
    requests: spent.requests,
    quota: spent.quota_spent,
    staleness: spent.staleness.mean_seconds,
    own: true,
  };
  return [done, ...spent.alternatives.map((other) => wayOf(other, other === asFresh(spent)))];
}

function wayOf(other: Alternative, fresh: boolean): Way {
  return {
    name: nameOf(other),
    note: fresh ? "as fresh" : other.policy === "mean" ? "the baseline" : null,
    requests: Math.round(other.requests),
    quota: Math.round(other.quota_spent),
    staleness: other.staleness_mean_seconds,
    own: false,
  };
}

function nameOf({ policy, interval_seconds: interval }: Alternative): string {
  if (interval === null) return policy;
  return interval === MINUTE ? "every minute" : `every ${formatDuration(interval)}`;
}

// The fixed interval at which events wait as long as they did. undefined: none is so fresh, or no event came.
export function asFresh(spent: Spent): Alternative | undefined {
  return spent.alternatives.find(({ interval_seconds: interval }) => interval !== null && interval > MINUTE);
}

export interface CostRow {
  name: string;
  share: Share;
  requests: number;
}

// The dearest first.
export function costRows(spent: Spent): CostRow[] {
  return spent.repositories
    .map(({ repository, ...share }) => ({ name: repository, share, requests: requestsOf(share) }))
    .sort((a, b) => b.requests - a.requests);
}

export function requestsOf({ own, shared, probes }: Share): number {
  return own + shared + probes;
}

export function sumOf(shares: Share[]): Share {
  const sum: Share = { own: 0, shared: 0, probes: 0, quota_spent: 0, points_spent: 0, events: 0 };
  for (const share of shares) {
    sum.own += share.own;
    sum.shared += share.shared;
    sum.probes += share.probes;
    sum.quota_spent += share.quota_spent;
    sum.points_spent += share.points_spent;
    sum.events += share.events;
  }
  return sum;
}

// `12`, `0.3`: parts of requests.
export function formatShare(part: number): string {
  if (part > 0 && part < 0.05) return "< 0.1";
  return part.toLocaleString("en-US", { maximumFractionDigits: part < 1000 ? 1 : 0 });
}

// How many times as much was spent as the other way would have needed, in words.
export function comparedWith(spent: number, other: number): { figure: string; words: "fewer" | "more" | "as many" } {
  const share = other > 0 ? spent / other : spent > 0 ? Infinity : 1;
  const percent = Math.round(Math.abs(1 - share) * 100);
  if (percent === 0) return { figure: "As many", words: "as many" };
  if (share < 1) return { figure: `${percent} %`, words: "fewer" };
  return { figure: percent < 100 ? `${percent} %` : `${share.toFixed(1)} times`, words: "more" };
}
