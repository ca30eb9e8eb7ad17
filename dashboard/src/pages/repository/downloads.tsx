// The menu that saves the statistics and events of a repository as files.
import { events_csv, statistics_csv } from "../../domain/csv";
import { format_count, kDay } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { notify } from "../../parts/toasts";
import { now } from "../../state/clock";
import { events_between, file_name, save_file } from "../../state/download";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";

export function Downloads({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const name = model.info.value.full_name;
  const save_events = async (ending: "csv" | "json") => {
    const until = now.peek() + kDay;
    try {
      const { events, whole } = await events_between(hub.client, name, 0, until, hub.actors);
      if (ending === "csv") save_file(file_name(name, "events", "csv"), "text/csv", events_csv(events));
      else save_file(file_name(name, "events", "json"), "application/json", JSON.stringify(events));
      if (!whole) notify(`The file contains only the newest ${format_count(events.length)} events. Use “repopulse export” to get all of them.`);
    } catch (error) {
      notify(`The events could not be downloaded. ${error instanceof Error ? error.message : error}`, "failed");
    }
  };
  const save_statistics = (ending: "csv" | "json") => {
    const statistics = model.statistics.value;
    if (!statistics) return notify("There are no statistics yet.", "failed");
    if (ending === "csv") save_file(file_name(name, "statistics", "csv"), "text/csv", statistics_csv(statistics));
    else save_file(file_name(name, "statistics", "json"), "application/json", JSON.stringify(statistics, null, 2));
  };
  const choose = (event: MouseEvent, action: () => void) => {
    (event.currentTarget as HTMLElement).closest("details")!.open = false;
    action();
  };
  return (
    <details class="menu" onKeyDown={(event) => event.key === "Escape" && (event.currentTarget.open = false)}>
      <summary class="button">
        <Icon name="download" /> Download
      </summary>
      <div class="menu-items">
        <button type="button" onClick={(event) => choose(event, () => save_statistics("csv"))}>Statistics as CSV</button>
        <button type="button" onClick={(event) => choose(event, () => save_statistics("json"))}>Statistics as JSON</button>
        <button type="button" onClick={(event) => choose(event, () => void save_events("csv"))}>Events as CSV</button>
        <button type="button" onClick={(event) => choose(event, () => void save_events("json"))}>Events as JSON</button>
      </div>
    </details>
  );
}
