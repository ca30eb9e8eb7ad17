// Which repositories of the table are selected, and what can be done with all of them.
import { useState } from "preact/hooks";

import { ApiError } from "../../api/client";
import { format_count, plural } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { error_text } from "../../parts/repository_actions";
import { notify } from "../../parts/toasts";
import { hub } from "../../state/hub";
import type { Row } from "./rows";

interface SelectionBarProps {
  selected: Row[];
  on_clear: () => void;
}

export function SelectionBar({ selected, on_clear }: SelectionBarProps) {
  const [busy, set_busy] = useState(false);
  const apply = async (active: boolean) => {
    set_busy(true);
    const { text, failed } = await set_active(selected.filter((row) => row.model.info.peek().active !== active), active);
    notify(text, failed ? "failed" : "done");
    set_busy(false);
    if (!failed) on_clear();
  };
  return (
    <div class="selection-bar" role="group" aria-label="Selected repositories">
      <p role="status">{plural(selected.length, "repository", "repositories")} selected</p>
      <button type="button" class="button" disabled={busy} onClick={() => void apply(true)}>
        <Icon name="play" /> Activate
      </button>
      <button type="button" class="button" disabled={busy} onClick={() => void apply(false)}>
        <Icon name="pause" /> Deactivate
      </button>
      <button type="button" class="button quiet" disabled={busy} onClick={on_clear}>
        Clear the selection
      </button>
    </div>
  );
}

// One after the other. Stops where no further one can succeed.
async function set_active(rows: Row[], active: boolean): Promise<{ text: string; failed: boolean }> {
  const verb = active ? "activated" : "deactivated";
  if (rows.length === 0) return { text: `All of them are ${active ? "active" : "inactive"} already.`, failed: false };
  const problems: string[] = [];
  let done = 0;
  for (const { model } of rows) {
    const name = model.info.peek().full_name;
    try {
      await hub.value!.set_active(name, active);
      done++;
    } catch (error) {
      problems.push(`${name}: ${error_text(error)}`);
      if (error instanceof ApiError && ["conflict", "unreachable", "unavailable", "forbidden", "credentials"].includes(error.reason)) break;
    }
  }
  if (problems.length === 0) return { text: `${plural(done, "repository was", "repositories were")} ${verb}.`, failed: false };
  const rest = problems.length > 1 ? ` And ${format_count(problems.length - 1)} other problems.` : "";
  return { text: `${format_count(done)} of ${plural(rows.length, "repository was", "repositories were")} ${verb}. ${problems[0]}${rest}`, failed: true };
}
