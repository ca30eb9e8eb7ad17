// What each repository cost: requests for its own feed, and its part of those that tell of several.
import { useRef } from "preact/hooks";

import type { Share, Spent } from "../../api/types";
import { formatCount, plural } from "../../domain/format";
import { costRows, formatShare, requestsOf, sumOf } from "../../domain/spending";
import { FullName } from "../../parts/repository_name";
import { Spacer, useRowsInSight } from "../../parts/rows_in_sight";
import { TableHeads } from "../../parts/table_heads";
import { periodOf } from "./comparison";

export function Costs({ spent }: { spent: Spent }) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = costRows(spent);
  const { first, last } = useRowsInSight(frame, rows.length);
  const all = sumOf([...rows.map((row) => row.share), spent.others]);
  return (
    <section class="panel area-costs" aria-labelledby="costs-title">
      <div class="panel-head">
        <h2 id="costs-title">Cost by repository</h2>
        <p class="muted">{periodOf(spent)}</p>
      </div>
      <p class="muted">
        A request for a shared feed counts for repositories by the new events that it brought, and in equal parts where
        it brought none; a probe in equal parts for all that it asked about. So the parts add up to all requests.
      </p>
      <div
        ref={frame}
        class="table-window rows-window"
        tabIndex={0}
        role="group"
        aria-label={`Table of costs of ${plural(rows.length, "repository", "repositories")}`}
      >
        <table class="data dense" aria-rowcount={rows.length + 3}>
          <TableHeads
            texts={["Repository"]}
            numbers={["Requests", "Own feed", "Shared feeds", "Probes", "Quota", "New events"]}
          />
          <tbody>
            <Spacer rows={first} />
            {rows.slice(first, last).map(({ name, share }, index) => (
              <tr key={name} aria-rowindex={first + index + 2}>
                <th scope="row">
                  <FullName fullName={name} />
                </th>
                <Cells share={share} />
              </tr>
            ))}
            <Spacer rows={rows.length - last} />
          </tbody>
          <tfoot>
            {requestsOf(spent.others) > 0 && (
              <tr aria-rowindex={rows.length + 2}>
                <th
                  scope="row"
                  title="Of repositories that are not polled any more, and of requests that were for none"
                >
                  Others
                </th>
                <Cells share={spent.others} />
              </tr>
            )}
            <tr aria-rowindex={rows.length + 3}>
              <th scope="row">All</th>
              <Cells share={all} />
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function Cells({ share }: { share: Share }) {
  return (
    <>
      <td class="numeric strong">{formatShare(requestsOf(share))}</td>
      <td class="numeric">{formatShare(share.own)}</td>
      <td class="numeric">{formatShare(share.shared)}</td>
      <td class="numeric">{formatShare(share.probes)}</td>
      <td class="numeric">{formatShare(share.quota_spent)}</td>
      <td class="numeric">{formatCount(share.events)}</td>
    </>
  );
}
