// Which repositories of the overview are selected, and what can be done with all of them.
import { useState } from "preact/hooks";

import { ApiError } from "../../api/client";
import { MOST_REPOSITORIES } from "../../domain/comparison";
import { formatCount, plural } from "../../domain/format";
import { Icon } from "../../parts/icons";
import { errorText, mayChange } from "../../parts/repository_actions";
import { notify } from "../../parts/toasts";
import { hub } from "../../state/hub";
import { compareAddress } from "../../state/router";
import type { Row } from "./rows";

export interface Selection {
  keys: ReadonlySet<string>; // of rows
  select: (key: string) => void; // or no longer, if it was selected
  set: (keys: string[]) => void;
}

export function useSelection(): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const select = (key: string) => {
    const next = new Set(keys);
    if (!next.delete(key)) next.add(key);
    setKeys(next);
  };
  return { keys, select, set: (all) => setKeys(new Set(all)) };
}

export function SelectBox({ name, selected, onSelect }: { name: string; selected: boolean; onSelect: () => void }) {
  return <input type="checkbox" aria-label={`Select ${name}`} checked={selected} onChange={onSelect} />;
}

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
      <CompareLink selected={selected} />
      {mayChange() && (
        <>
          <button type="button" class="button" disabled={busy} onClick={() => void apply(true)}>
            <Icon name="play" /> Activate
          </button>
          <button type="button" class="button" disabled={busy} onClick={() => void apply(false)}>
            <Icon name="pause" /> Deactivate
          </button>
        </>
      )}
      <button type="button" class="button quiet" disabled={busy} onClick={onClear}>
        Clear the selection
      </button>
    </div>
  );
}

function CompareLink({ selected }: { selected: Row[] }) {
  const names = selected.map(({ model }) => model.info.value.full_name);
  const cut = names.length > MOST_REPOSITORIES;
  return (
    <a class="button" href={compareAddress(names.slice(0, MOST_REPOSITORIES))}>
      <Icon name="compare" /> {cut ? `Compare the first ${MOST_REPOSITORIES}` : "Compare"}
    </a>
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
