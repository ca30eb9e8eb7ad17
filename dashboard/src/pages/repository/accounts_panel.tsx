// The accounts with the most events in the range of a repository's page.
import { useMemo } from "preact/hooks";

import { formatCount, plural } from "../../domain/format";
import type { Entry } from "../../state/loaded_events";
import type { PageRange } from "./range";
import type { RangeEvents } from "./range_events";
import { rangeName } from "./range_name";

const ACCOUNTS_SHOWN = 10;

interface AccountsPanelProps {
  range: PageRange;
  events: RangeEvents;
  hidden: ReadonlySet<string>;
}

export function AccountsPanel({ range, events: { entries, whole }, hidden }: AccountsPanelProps) {
  const accounts = useMemo(() => countAccounts(entries.filter(({ type }) => !hidden.has(type))), [entries, hidden]);
  const most = accounts[0]?.events ?? 0;
  return (
    <section class="panel area-people" aria-labelledby="people-title">
      <div class="panel-head">
        <h2 id="people-title">Most active accounts</h2>
        <p class="muted">
          {plural(accounts.length, "account")};{" "}
          {whole ? rangeName(range) : `the newest ${plural(entries.length, "event")} of ${rangeName(range)}`}
        </p>
      </div>
      <ul class="people">
        {accounts.slice(0, ACCOUNTS_SHOWN).map(({ login, events }) => (
          <li key={login}>
            <span class="person">{login}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect class="level" width={(events / most) * 100} height="8" />
            </svg>
            <span class="numeric">{formatCount(events)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function countAccounts(entries: Entry[]): { login: string; events: number }[] {
  const counts = new Map<string, number>();
  for (const { actor } of entries) if (actor !== "") counts.set(actor, (counts.get(actor) ?? 0) + 1);
  return [...counts]
    .map(([login, events]) => ({ login, events }))
    .sort((a, b) => b.events - a.events || a.login.localeCompare(b.login));
}
