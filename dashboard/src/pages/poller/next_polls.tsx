// When each feed is polled next, the soonest first.
import { useRef } from "preact/hooks";

import type { Feed } from "../../api/types";
import { formatCount, parseTime, plural } from "../../domain/format";
import { FullName } from "../../parts/repository_name";
import { Spacer, useRowsInSight } from "../../parts/rows_in_sight";
import { TableHeads } from "../../parts/table_heads";
import { Countdown, RelativeTime } from "../../parts/times";

export function NextPolls({ feeds }: { feeds: Feed[] }) {
  return (
    <section class="panel area-feeds" aria-labelledby="feeds-title">
      <div class="panel-head">
        <h2 id="feeds-title">Next polls</h2>
        <p class="muted">{plural(feeds.length, "feed")}</p>
      </div>
      {feeds.length === 0 ? (
        <p class="muted">Nothing to poll yet: no repository is active.</p>
      ) : (
        <FeedTable feeds={feeds} />
      )}
    </section>
  );
}

function FeedTable({ feeds }: { feeds: Feed[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const { first, last } = useRowsInSight(frame, feeds.length);
  const sorted = [...feeds].sort(
    (a, b) => (parseTime(a.next_poll_at) ?? Infinity) - (parseTime(b.next_poll_at) ?? Infinity),
  );
  return (
    <div ref={frame} class="table-window rows-window" tabIndex={0} role="group" aria-label="Table of next polls">
      <table class="data dense" aria-rowcount={feeds.length + 1}>
        <TableHeads texts={["Feed", "Polled"]} numbers={["Next poll", "Last poll", "Failures in a row"]} />
        <tbody>
          <Spacer rows={first} />
          {sorted.slice(first, last).map((feed, index) => (
            <Row key={feed.feed} feed={feed} place={first + index + 2} />
          ))}
          <Spacer rows={feeds.length - last} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ feed, place }: { feed: Feed; place: number }) {
  const failures = feed.failures_in_a_row ?? 0;
  return (
    <tr aria-rowindex={place}>
      <th scope="row" class={feed.repository ? undefined : "cut"} title={feed.repository ? undefined : feed.feed}>
        {feed.repository ? <FullName fullName={feed.repository} /> : feed.feed}
      </th>
      <td class="cut muted" title={feed.served_by ?? undefined}>
        {feed.served_by ? `via ${feed.served_by}` : "by itself"}
      </td>
      <td class="numeric strong">
        <Countdown at={parseTime(feed.next_poll_at)} />
      </td>
      <td class="numeric">
        <RelativeTime at={parseTime(feed.last_polled_at)} />
      </td>
      <td class={`numeric ${failures > 0 ? "overdue" : ""}`}>{formatCount(failures)}</td>
    </tr>
  );
}
