// The menu that saves the statistics and events of a repository as files.
import { eventsCsv, statisticsCsv } from "../../domain/csv";
import { DAY, formatCount } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { notify } from "../../parts/toasts";
import { now } from "../../state/clock";
import { eventsBetween, fileName, saveFile } from "../../state/download";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";

export function Downloads({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const name = model.info.value.full_name;
  const saveEvents = async (ending: "csv" | "json") => {
    const until = now.peek() + DAY;
    try {
      const { events, whole } = await eventsBetween(hub.client, name, 0, until, hub.actors);
      if (ending === "csv") saveFile(fileName(name, "events", "csv"), "text/csv", eventsCsv(events));
      else saveFile(fileName(name, "events", "json"), "application/json", JSON.stringify(events));
      if (!whole)
        notify(
          `The file contains only the newest ${formatCount(events.length)} events. Use “repopulse export” to get all of them.`,
        );
    } catch (error) {
      notify(`The events could not be downloaded. ${error instanceof Error ? error.message : error}`, "failed");
    }
  };
  const saveStatistics = (ending: "csv" | "json") => {
    const statistics = model.statistics.value;
    if (!statistics) return notify("There are no statistics yet.", "failed");
    if (ending === "csv") saveFile(fileName(name, "statistics", "csv"), "text/csv", statisticsCsv(statistics));
    else saveFile(fileName(name, "statistics", "json"), "application/json", JSON.stringify(statistics, null, 2));
  };
  const choose = (event: MouseEvent, action: () => void) => {
    (event.currentTarget as HTMLElement).closest("details")!.open = false;
    action();
  };
  return (
    <details
      class="menu"
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.open = false;
      }}
    >
      <summary class="button">
        <Icon name="download" /> Download
      </summary>
      <div class="menu-items">
        <button type="button" onClick={(event) => choose(event, () => saveStatistics("csv"))}>
          Statistics as CSV
        </button>
        <button type="button" onClick={(event) => choose(event, () => saveStatistics("json"))}>
          Statistics as JSON
        </button>
        <button type="button" onClick={(event) => choose(event, () => void saveEvents("csv"))}>
          Events as CSV
        </button>
        <button type="button" onClick={(event) => choose(event, () => void saveEvents("json"))}>
          Events as JSON
        </button>
      </div>
    </details>
  );
}
