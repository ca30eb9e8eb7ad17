// The alerts that fire now, at the top of a page. Nothing if there are none.
import type { Alert } from "../api/types";
import { plural } from "../domain/format";
import { AlertLine } from "./alert_line";

const SHOWN = 5;

interface AlertsNoticeProps {
  alerts: Alert[];
  more?: boolean; // there may be others than these
  named?: boolean; // says which repository each is about
}

export function AlertsNotice({ alerts, more = false, named = true }: AlertsNoticeProps) {
  if (alerts.length === 0) return null;
  const hidden = alerts.length - SHOWN;
  return (
    <section class="alerts-notice tone-bad" aria-labelledby="alerts-notice-title">
      <div class="alerts-notice-head">
        <h2 id="alerts-notice-title">{alertCount(alerts.length, more)} now</h2>
        <a href="#/alerts">{hidden > 0 ? "All alerts" : "History of alerts"}</a>
      </div>
      <ul>
        {alerts.slice(0, SHOWN).map((alert) => (
          <AlertLine key={alert.id} alert={alert} named={named} />
        ))}
      </ul>
      {hidden > 0 && <p>and {plural(hidden, "other")}</p>}
    </section>
  );
}

export function alertCount(count: number, more: boolean): string {
  return more ? `${count} or more alerts` : plural(count, "alert");
}
