// The dialog that adds a repository, or many from a pasted list.
import { useState } from "preact/hooks";

import { ApiError, type ItemError } from "../api/client";
import { formatCount, plural } from "../domain/format";
import { isOwner, MOST_NAMES, readNames } from "../domain/name_list";
import { hub } from "../state/hub";
import { Dialog } from "./dialog";
import { errorText } from "./repository_actions";
import { notify } from "./toasts";

interface Problem {
  text: string;
  overLimit: boolean; // of active repositories
  items: ItemError[]; // what is wrong with which name of the list
}

export function AddDialog({ onClose }: { onClose: () => void }) {
  const [list, setList] = useState<string | null>(null); // the text of the list; null: one repository
  const [name, setName] = useState("");
  const [active, setActive] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const say = (text: string) => setProblem({ text, overLimit: false, items: [] });

  const add = async (texts: string[], activate: boolean) => {
    if (texts.length === 0) return say("Please enter a repository.");
    if (texts.length > MOST_NAMES)
      return say(
        `These are ${formatCount(texts.length)} repositories; at most ${formatCount(MOST_NAMES)} are added at once.`,
      );
    setBusy(true);
    setProblem(null);
    try {
      notify(list === null ? await addOne(texts[0]!, activate) : await addMany(texts, activate));
      onClose();
    } catch (error) {
      const details = error instanceof ApiError ? error.items : [];
      setProblem({
        text:
          list !== null && details.length > 0
            ? `Nothing was added: ${plural(details.length, "line")} cannot be read.`
            : errorText(error),
        overLimit: error instanceof ApiError && error.reason === "conflict",
        items: list === null ? [] : details,
      });
      setBusy(false);
    }
  };

  const names = list === null ? [] : readNames(list);
  const texts = list === null ? (name.trim() === "" ? [] : [name.trim()]) : names.map(({ text }) => text);
  const wrong = new Set(problem?.items.map(({ index }) => index));
  const edit = (text: string) => {
    setList(text);
    setProblem(null);
  };

  return (
    <Dialog title={list === null ? "Add a repository" : "Add repositories"} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add(texts, active);
        }}
      >
        {list === null ? (
          <OneName name={name} invalid={problem !== null} onChange={setName} onList={edit} />
        ) : (
          <ManyNames text={list} count={names.length} invalid={problem !== null} onChange={edit} />
        )}
        <label class="check">
          <input type="checkbox" checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
          Start polling now
        </label>
        <div id="add-problem" class="field-problem" role="alert">
          {problem && <p>{problem.text}</p>}
          {problem && problem.items.length > 0 && (
            <ul class="line-problems" tabIndex={0} aria-label="Lines that cannot be read">
              {problem.items.map(({ index, message }) => (
                <li key={index}>
                  Line {names[index]?.line}, “{names[index]?.text}”: {message}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div class="dialog-actions">
          {list === null && (
            <button type="button" class="button quiet several" onClick={() => edit(name)}>
              Add several
            </button>
          )}
          {problem?.overLimit && (
            <button type="button" class="button" disabled={busy} onClick={() => void add(texts, false)}>
              Add without polling
            </button>
          )}
          {wrong.size > 0 && wrong.size < names.length && (
            <button
              type="button"
              class="button"
              disabled={busy}
              onClick={() =>
                edit(
                  names
                    .filter((_, index) => !wrong.has(index))
                    .map(({ text }) => text)
                    .join("\n"),
                )
              }
            >
              Remove these lines
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? "Adding…" : "Add"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

async function addOne(name: string, activate: boolean): Promise<string> {
  const repository = await hub.value!.add(name, activate);
  if (isOwner(repository.full_name))
    return `The repositories of ${repository.full_name.slice(0, -2)} are added as they are found.`;
  return `${repository.full_name} was added${repository.active ? " and is being polled" : ""}.`;
}

async function addMany(names: string[], activate: boolean): Promise<string> {
  const added = await hub.value!.addAll(names, activate);
  const owners = names.filter(isOwner).length;
  const there = names.length - owners - added;
  const followed = owners > 0 ? ` The repositories of ${plural(owners, "owner")} are added as they are found.` : "";
  const known = there > 0 ? ` ${there === 1 ? "One was" : `${formatCount(there)} were`} on this server already.` : "";
  const begun = activate && added > 0 ? " and polling has begun" : "";
  return `${plural(added, "repository was", "repositories were")} added${begun}.${known}${followed}`;
}

interface OneNameProps {
  name: string;
  invalid: boolean;
  onChange: (name: string) => void;
  onList: (text: string) => void;
}

// A pasted text of several lines becomes a list.
function OneName({ name, invalid, onChange, onList }: OneNameProps) {
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (readNames(text).length < 2) return;
    event.preventDefault();
    onList(text);
  };
  return (
    <>
      <label for="add-name">Repository</label>
      <input
        id="add-name"
        class="input"
        placeholder="owner/name, owner/* or https://github.com/owner/name"
        value={name}
        autofocus
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={invalid}
        aria-describedby="add-problem"
        onInput={(event) => onChange(event.currentTarget.value)}
        onPaste={paste}
      />
    </>
  );
}

interface ManyNamesProps {
  text: string;
  count: number;
  invalid: boolean;
  onChange: (text: string) => void;
}

function ManyNames({ text, count, invalid, onChange }: ManyNamesProps) {
  return (
    <>
      <label for="add-names">Repositories, one a line: names or addresses</label>
      <textarea
        id="add-names"
        class="input"
        rows={8}
        placeholder={"owner/name\nowner/*\nhttps://github.com/owner/name"}
        value={text}
        ref={(element) => focusOnce(element)}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={invalid}
        aria-describedby="add-count add-problem"
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p id="add-count" class="muted">
        {plural(count, "repository", "repositories")}
      </p>
    </>
  );
}

const focused = new WeakSet<HTMLElement>();
function focusOnce(element: HTMLElement | null): void {
  if (!element || focused.has(element)) return;
  focused.add(element);
  element.focus();
}
