// The page about alerts: those that fire and those that have ended, newest first, and a test of the targets.
import { useEffect, useState } from "preact/hooks";

import type { Alert } from "../api/types";
import { asSentence, formatDuration, parseTime } from "../domain/format";
import { AlertSubject, ruleLabel } from "../parts/alert_line";
import { Icon } from "../parts/icons";
import { Loading } from "../parts/loading";
import { RelativeTime } from "../parts/times";
import type { Hub } from "../state/hub";
import { route, setOption, setOptions } from "../state/router";
import { TargetTest } from "./alerts/target_test";

type Show = "all" | "firing" | "resolved";

const SHOW_LABELS: Record<Show, string> = { all: "All", firing: "Now", resolved: "Ended" };
const ALERTS_A_PAGE = 30;

interface Listed {
  alerts: Alert[];
  more: boolean;
}

export function AlertsPage({ hub }: { hub: Hub }) {
  const options = route.value.options;
  const wanted = options.get("show") ?? "";
  const show = Object.hasOwn(SHOW_LABELS, wanted) ? (wanted as Show) : "all";
  const page = Math.min(Math.max(1, Math.floor(Number(options.get("page"))) || 1), 1_000_000);
  const { listed, problem } = useAlerts(hub, show, page);
  return (
    <div class="alerts">
      <div class="page-head">
        <h1 tabIndex={-1}>Alerts</h1>
        <div class="segments" role="group" aria-label="Show">
          {(Object.keys(SHOW_LABELS) as Show[]).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={show === name}
              onClick={() => {
                setOptions({ page: null, show: name === "all" ? null : name });
              }}
            >
              {SHOW_LABELS[name]}
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
  const [listed, setListed] = useState<Listed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const firing = hub.alerts.all.value;
  useEffect(() => {
    let left = false;
    const load = async () => {
      try {
        const state = show === "all" ? "" : `&state=${show}`;
        const { items, more } = await hub.client.page<Alert>(`alerts/?page=${page}&per_page=${ALERTS_A_PAGE}${state}`);
        if (left) return;
        setListed({ alerts: items, more });
        setProblem(null);
      } catch (error) {
        if (!left) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    void load();
    return () => {
      left = true;
    };
  }, [hub, show, page, firing]);
  return { listed, problem };
}

function AlertList({
  listed,
  show,
  page,
  supported,
}: {
  listed: Listed | null;
  show: Show;
  page: number;
  supported: boolean;
}) {
  if (!supported) return <p class="panel empty">This server has no alerts.</p>;
  if (listed === null) return <Loading />;
  if (listed.alerts.length === 0 && page === 1)
    return (
      <div class="panel empty">
        <p>
          {show === "firing" ? "No alert now." : show === "resolved" ? "No alert has ended yet." : "No alerts yet."}
        </p>
        <p class="muted">The rules of alerts, and where messages about them go, are in the server's settings file.</p>
      </div>
    );
  return (
    <section class="panel" aria-label="List of alerts">
      {listed.alerts.length === 0 ? (
        <p class="muted">There are no more alerts.</p>
      ) : (
        <AlertTable alerts={listed.alerts} />
      )}
      {(page > 1 || listed.more) && (
        <nav class="pager" aria-label="Pages">
          <button
            type="button"
            class="button"
            disabled={page === 1}
            onClick={() => setOption("page", page === 2 ? null : String(page - 1))}
          >
            <Icon name="left" /> Newer
          </button>
          <span class="muted">Page {page}</span>
          <button
            type="button"
            class="button"
            disabled={!listed.more}
            onClick={() => setOption("page", String(page + 1))}
          >
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
            <th scope="col" class="numeric">
              Began
            </th>
            <th scope="col" class="numeric">
              Lasted
            </th>
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
  const [since, ended] = [parseTime(alert.since), parseTime(alert.resolved_at)];
  const firing = alert.state === "firing";
  return (
    <tr>
      <td>
        <span class={`pill tone-${firing ? "bad" : "idle"}`}>{firing ? "Now" : "Ended"}</span>
      </td>
      <td>{ruleLabel(alert.rule)}</td>
      <th scope="row">
        <AlertSubject alert={alert} />
      </th>
      <td class="alert-summary">{asSentence(alert.summary)}</td>
      <td class="numeric">
        <RelativeTime at={since} />
      </td>
      <td class="numeric">{since !== null && ended !== null ? formatDuration(Math.max(0, ended - since)) : "–"}</td>
    </tr>
  );
}
