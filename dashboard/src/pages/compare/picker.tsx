// Which repositories are compared: each can be removed, and others added.
import { useId, useState } from "preact/hooks";

import { MOST_REPOSITORIES } from "../../domain/comparison";
import { Icon } from "../../parts/icons";
import type { Hub } from "../../state/hub";

interface PickerProps {
  hub: Hub;
  chosen: string[];
  onChange: (names: string[]) => void;
}

const OFFERED = 20; // of the names that fit what is typed

export function Picker({ hub, chosen, onChange }: PickerProps) {
  return (
    <div class="picker">
      <ul class="chips" aria-label="Repositories compared">
        {chosen.map((name) => (
          <li key={name} class="chip picked">
            <span class="picked-name" title={name}>
              {name}
            </span>
            <button
              type="button"
              aria-label={`Remove ${name} from the comparison`}
              title="Remove"
              onClick={() => onChange(chosen.filter((each) => each !== name))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {chosen.length < MOST_REPOSITORIES && (
        <AddOne hub={hub} chosen={chosen} onAdd={(name) => onChange([...chosen, name])} />
      )}
    </div>
  );
}

function AddOne({ hub, chosen, onAdd }: { hub: Hub; chosen: string[]; onAdd: (name: string) => void }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const taken = new Set(chosen.map((name) => name.toLowerCase()));
  const wanted = text.trim().toLowerCase();
  const offered = (hub.repositories.value ?? [])
    .filter((model) => model.key.includes(wanted) && !taken.has(model.key))
    .slice(0, OFFERED)
    .map((model) => model.info.value.full_name);
  const add = (event: Event) => {
    event.preventDefault();
    const name = hub.find(wanted)?.info.peek().full_name ?? (wanted !== "" && offered.length === 1 ? offered[0] : null);
    if (!name) return setProblem("Please choose a repository of this server.");
    if (taken.has(name.toLowerCase())) return setProblem(`${name} is compared already.`);
    setText("");
    setProblem(null);
    onAdd(name);
  };
  return (
    <form class="picker-add" onSubmit={add}>
      <input
        class="input"
        list={`${id}-names`}
        aria-label="Add a repository to the comparison"
        aria-describedby={`${id}-problem`}
        aria-invalid={problem !== null}
        placeholder="owner/name"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <datalist id={`${id}-names`}>
        {offered.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit" class="button">
        <Icon name="plus" /> Add
      </button>
      <span id={`${id}-problem`} class="field-problem" role="alert">
        {problem}
      </span>
    </form>
  );
}
