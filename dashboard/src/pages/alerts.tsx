// The page about alerts: those that fire and those that have ended, newest first, and a test of the targets.
import { useEffect, useState } from "preact/hooks";

import type { Alert } from "../api/types";
import { as_sentence, format_duration, parse_time } from "../domain/format";
import { AlertSubject, rule_label } from "../parts/alert_line";
import { Icon } from "../parts/icons";
import { RelativeTime } from "../parts/times";
import type { Hub } from "../state/hub";
import { route, set_option } from "../state/router";
import { TargetTest } from "./alerts/target_test";

type Show = "all" | "firing" | "resolved";

const kShowLabels: Record<Show, string> = { all: "All", firing: "Now", resolved: "Ended" };
const kAlertsAPage = 30;

interface Listed {
  alerts: Alert[];
  more: boolean;
}

export function AlertsPage({ hub }: { hub: Hub }) {
  const options = route.value.options;
  const wanted = options.get("show") ?? "";
  const show = Object.hasOwn(kShowLabels, wanted) ? (wanted as Show) : "all";
  const page = Math.min(Math.max(1, Math.floor(Number(options.get("page"))) || 1), 1_000_000);
  const { listed, problem } = useAlerts(hub, show, page);
  return (
    <div class="alerts">
      <div class="page-head">
        <h1 tabIndex={-1}>Alerts</h1>
        <div class="segments" role="group" aria-label="Show">
          {(Object.keys(kShowLabels) as Show[]).map((name) => (
            <button key={name} type="button" aria-pressed={show === name} onClick={() => (set_option("page", null), set_option("show", name === "all" ? null : name))}>
              {kShowLabels[name]}
            </button>
          ))}
        </div>
      </div>
      <TargetTest hub={hub} />
      {problem !== null && (
        <p class="notice tone-warn" role="alert">
          <Icon name="warning" /> {problem}
        </p>
      )}
      <AlertList listed={listed} show={show} page={page} supported={hub.alerts.supported.value} />
    </div>
  );
}

// Loads the page again whenever the alerts that fire have changed.
function useAlerts(hub: Hub, show: Show, page: number): { listed: Listed | null; problem: string | null } {
  const [listed, set_listed] = useState<Listed | null>(null);
  const [problem, set_problem] = useState<string | null>(null);
  const firing = hub.alerts.all.value;
  useEffect(() => {
    let left = false;
    const load = async () => {
      try {
        const state = show === "all" ? "" : `&state=${show}`;
        const { items, more } = await hub.client.page<Alert>(`alerts/?page=${page}&per_page=${kAlertsAPage}${state}`);
        if (left) return;
        set_listed({ alerts: items, more });
        set_problem(null);
      } catch (error) {
        if (!left) set_problem(error instanceof Error ? error.message : String(error));
      }
    };
    void load();
    return () => void (left = true);
  }, [hub, show, page, firing]);
  return { listed, problem };
}

function AlertList({ listed, show, page, supported }: { listed: Listed | null; show: Show; page: number; supported: boolean }) {
  if (!supported) return <p class="panel empty">This server has no alerts.</p>;
  if (listed === null) return <div class="panel skeleton skeleton-page" aria-busy="true" aria-label="Loading" />;
  if (listed.alerts.length === 0 && page === 1)
    return (
      <div class="panel empty">
        <p>{show === "firing" ? "No alert now." : show === "resolved" ? "No alert has ended yet." : "No alerts yet."}</p>
        <p class="muted">The rules of alerts, and where messages about them go, are in the server's settings file.</p>
      </div>
    );
  return (
    <section class="panel" aria-label="List of alerts">
      {listed.alerts.length === 0 ? <p class="muted">There are no more alerts.</p> : <AlertTable alerts={listed.alerts} />}
      {(page > 1 || listed.more) && (
        <nav class="pager" aria-label="Pages">
          <button type="button" class="button" disabled={page === 1} onClick={() => set_option("page", page === 2 ? null : String(page - 1))}>
            <Icon name="left" /> Newer
          </button>
          <span class="muted">Page {page}</span>
          <button type="button" class="button" disabled={!listed.more} onClick={() => set_option("page", String(page + 1))}>
            Older <Icon name="right" />
          </button>
        </nav>
      )}
    </section>
  );
}

function AlertTable({ alerts }: { alerts: Alert[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of alerts">
      <table class="data alert-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Rule</th>
            <th scope="col">About</th>
            <th scope="col">What happened</th>
            <th scope="col" class="numeric">Began</th>
            <th scope="col" class="numeric">Lasted</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const [since, ended] = [parse_time(alert.since), parse_time(alert.resolved_at)];
  const firing = alert.state === "firing";
  return (
    <tr>
      <td>
        <span class={`pill tone-${firing ? "bad" : "idle"}`}>{firing ? "Now" : "Ended"}</span>
      </td>
      <td>{rule_label(alert.rule)}</td>
      <th scope="row"><AlertSubject alert={alert} /></th>
      <td class="alert-summary">{as_sentence(alert.summary)}</td>
      <td class="numeric"><RelativeTime at={since} /></td>
      <td class="numeric">{since !== null && ended !== null ? format_duration(Math.max(0, ended - since)) : "–"}</td>
    </tr>
  );
}
