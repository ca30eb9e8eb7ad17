// Writes the repositories of the overview as comma-separated values.
import type { Repository } from "../api/types";
import { toCsv } from "./csv";

export interface OverviewRow {
  model: { info: { peek(): Repository } };
  rate: number | null;
  average: number | null;
  events: number | null;
  complete: boolean;
  alerts: number;
}

const COLUMNS = [
  "repository",
  "status",
  "active",
  "events_per_hour",
  "usual_interval_seconds",
  "last_event_at",
  "window_events",
  "window_complete",
  "events_stored",
  "last_polled_at",
  "next_poll_at",
  "alerts",
];

export function overviewCsv(rows: OverviewRow[]): string {
  return toCsv(
    COLUMNS,
    rows.map(({ model, rate, average, events, complete, alerts }) => {
      const info = model.info.peek();
      return [
        info.full_name,
        info.status,
        String(info.active),
        rate,
        average,
        info.last_event_at,
        events,
        events === null ? null : String(complete),
        info.events_stored,
        info.last_polled_at,
        info.active ? info.next_poll_at : null,
        alerts,
      ];
    }),
  );
}
