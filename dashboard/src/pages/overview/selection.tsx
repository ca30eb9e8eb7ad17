// Which repositories of the table are selected, and what can be done with all of them.
import { useState } from "preact/hooks";

import { ApiError } from "../../api/client";
import { formatCount, plural } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { errorText } from "../../parts/repository_actions";
import { notify } from "../../parts/toasts";
import { hub } from "../../state/hub";
import type { Row } from "./rows";

interface SelectionBarProps {
  selected: Row[];
  onClear: () => void;
}

export function SelectionBar({ selected, onClear }: SelectionBarProps) {
  const [busy, setBusy] = useState(false);
  const apply = async (active: boolean) => {
    setBusy(true);
    const { text, failed } = await setActive(
      selected.filter((row) => row.model.info.peek().active !== active),
      active,
    );
    notify(text, failed ? "failed" : "done");
    setBusy(false);
    if (!failed) onClear();
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
      <button type="button" class="button quiet" disabled={busy} onClick={onClear}>
        Clear the selection
      </button>
    </div>
  );
}

// One after the other. Stops where no further one can succeed.
async function setActive(rows: Row[], active: boolean): Promise<{ text: string; failed: boolean }> {
  const verb = active ? "activated" : "deactivated";
  if (rows.length === 0) return { text: `All of them are ${active ? "active" : "inactive"} already.`, failed: false };
  const problems: string[] = [];
  let done = 0;
  for (const { model } of rows) {
    const name = model.info.peek().full_name;
    try {
      await hub.value!.setActive(name, active);
      done++;
    } catch (error) {
      problems.push(`${name}: ${errorText(error)}`);
      if (
        error instanceof ApiError &&
        ["conflict", "unreachable", "unavailable", "forbidden", "credentials"].includes(error.reason)
      )
        break;
    }
  }
  if (problems.length === 0)
    return { text: `${plural(done, "repository was", "repositories were")} ${verb}.`, failed: false };
  const rest = problems.length > 1 ? ` And ${formatCount(problems.length - 1)} other problems.` : "";
  return {
    text: `${formatCount(done)} of ${plural(rows.length, "repository was", "repositories were")} ${verb}. ${problems[0]}${rest}`,
    failed: true,
  };
}
