// The requests by kind: repositories' own feeds, shared feeds, change probes.
import type { Spent } from "../../api/types";
import { formatCount } from "../../domain/format";
import { lookup } from "../../domain/lookup";
import { TableHeads } from "../../parts/table_heads";
import { periodOf } from "./comparison";

const KINDS: Record<string, string> = {
  own: "Repositories' own feeds",
  probes: "Change probes",
  lists: "Lists of owners",
};

export function Sources({ spent }: { spent: Spent }) {
  return (
    <section class="panel area-sources" aria-labelledby="sources-title">
      <div class="panel-head">
        <h2 id="sources-title">What was asked</h2>
        <p class="muted">{periodOf(spent)}</p>
      </div>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of what was asked">
        <table class="data">
          <TableHeads
            texts={["Source"]}
            numbers={["Requests", "Unchanged (304)", "Failed", "Quota", "GraphQL points", "New events"]}
          />
          <tbody>
            {spent.sources.map((source) => (
              <Row key={source.source} name={lookup(KINDS, source.source) ?? source.source} spending={source} />
            ))}
          </tbody>
          <tfoot>
            <Row name="All" spending={spent} />
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function Row({ name, spending }: { name: string; spending: Omit<Spent["sources"][number], "source" | "told"> }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="numeric strong">{formatCount(spending.requests)}</td>
      <td class="numeric">{formatCount(spending.not_modified)}</td>
      <td class="numeric">{formatCount(spending.failures)}</td>
      <td class="numeric">{formatCount(spending.quota_spent)}</td>
      <td class="numeric">{formatCount(spending.points_spent)}</td>
      <td class="numeric">{formatCount(spending.events)}</td>
    </tr>
  );
}
