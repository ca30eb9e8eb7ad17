// What was asked in the last day at most, and how fresh the events were.
import type { Poller } from "../../api/types";
import { formatCount, formatDuration, formatPercent, plural } from "../../domain/format";
import { Figure } from "../../parts/figure";

export function PollerFigures({ poller }: { poller: Poller }) {
  const { spent, freshness_seconds: target, feeds = [] } = poller;
  const probes = spent?.sources.find(({ source }) => source === "probes")?.requests ?? 0;
  const polls = (spent?.requests ?? 0) - probes;
  const staleness = spent?.staleness;
  const backingOff = feeds.filter((feed) => (feed.failures_in_a_row ?? 0) > 0).length;
  return (
    <div class="figures">
      <Figure
        label="Requests"
        value={formatCount(spent?.requests)}
        note={probes > 0 ? `${plural(probes, "change probe")} among them` : "for events"}
      />
      <Figure
        label="Unchanged (304)"
        value={formatCount(spent?.not_modified)}
        note={polls > 0 ? `${formatPercent((spent?.not_modified ?? 0) / polls)} of all polls` : "no polls yet"}
      />
      <Figure
        label="Quota spent"
        value={formatCount(spent?.quota_spent)}
        note={
          (spent?.points_spent ?? 0) > 0
            ? `and ${plural(spent?.points_spent ?? 0, "GraphQL point")}`
            : "requests that GitHub counted"
        }
      />
      <Figure
        label="Staleness, mean"
        value={formatDuration(staleness?.mean_seconds)}
        note={target === undefined ? "delay of new events" : `target: ${formatDuration(target)}`}
      />
      <Figure
        label="Staleness, 95th percentile"
        value={formatDuration(staleness?.p95_seconds)}
        note={staleness?.p95_seconds == null ? "no new events yet" : "delay of new events"}
      />
      <Figure
        label="Feeds backing off"
        value={formatCount(backingOff)}
        note={plural(spent?.failures ?? 0, "failed request")}
        warning={backingOff > 0 ? "Waiting after failures" : undefined}
      />
    </div>
  );
}
