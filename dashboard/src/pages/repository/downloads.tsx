// The menu that saves the statistics and events of the page's range as files.
import type { Statistics } from "../../api/types";
import { eventsCsv, statisticsCsv } from "../../domain/csv";
import { DAY, formatCount, plural } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { notify } from "../../parts/toasts";
import { now } from "../../state/clock";
import { eventsBetween, fileName, saveFile, type Wanted } from "../../state/download";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";
import { rangeName } from "./range_name";

interface DownloadsProps {
  hub: Hub;
  model: RepositoryModel;
  range: PageRange;
  statistics: Statistics | null; // of the range
  hidden: ReadonlySet<string>;
}

export function Downloads({ hub, model, range, statistics, hidden }: DownloadsProps) {
  const name = model.info.value.full_name;
  const shown = statistics && { ...statistics, types: statistics.types.filter(({ type }) => !hidden.has(type)) };
  const saveEvents = async (ending: "csv" | "json") => {
    const wanted: Wanted = {
      since: range.span.from,
      until: range.live ? now.peek() + DAY : range.span.to, // events may be dated ahead
      types: hidden.size === 0 || !shown ? [] : shown.types.map(({ type }) => type),
      actors: hub.actors,
    };
    try {
      const { events, whole } = await eventsBetween(hub.client, name, wanted);
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
    if (!shown) return notify("There are no statistics yet.", "failed");
    if (ending === "csv") saveFile(fileName(name, "statistics", "csv"), "text/csv", statisticsCsv(shown));
    else saveFile(fileName(name, "statistics", "json"), "application/json", JSON.stringify(shown, null, 2));
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
        <p class="menu-note muted">
          {rangeName(range)}
          {hidden.size > 0 && `, without ${plural(hidden.size, "hidden type")}`}
        </p>
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
