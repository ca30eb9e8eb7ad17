// The dialog that adds a repository, or many from a pasted list.
import { useState } from "preact/hooks";

import { ApiError, type ItemError } from "../api/client";
import { format_count, plural } from "../domain/format";
import { is_owner, kMostNames, read_names } from "../domain/name_list";
import { hub } from "../state/hub";
import { Dialog } from "./dialog";
import { error_text } from "./repository_actions";
import { notify } from "./toasts";

interface Problem {
  text: string;
  over_limit: boolean;   // of active repositories
  items: ItemError[];    // what is wrong with which name of the list
}

export function AddDialog({ on_close }: { on_close: () => void }) {
  const [list, set_list] = useState<string | null>(null);  // the text of the list; null: one repository
  const [name, set_name] = useState("");
  const [active, set_active] = useState(true);
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<Problem | null>(null);
  const say = (text: string) => set_problem({ text, over_limit: false, items: [] });

  const add = async (texts: string[], activate: boolean) => {
    if (texts.length === 0) return say("Please enter a repository.");
    if (texts.length > kMostNames) return say(`These are ${format_count(texts.length)} repositories; at most ${format_count(kMostNames)} are added at once.`);
    set_busy(true);
    set_problem(null);
    try {
      notify(list === null ? await add_one(texts[0]!, activate) : await add_many(texts, activate));
      on_close();
    } catch (error) {
      const details = error instanceof ApiError ? error.items : [];
      set_problem({
        text: list !== null && details.length > 0 ? `Nothing was added: ${plural(details.length, "line")} cannot be read.` : error_text(error),
        over_limit: error instanceof ApiError && error.reason === "conflict",
        items: list === null ? [] : details,
      });
      set_busy(false);
    }
  };

  const names = list === null ? [] : read_names(list);
  const texts = list === null ? (name.trim() === "" ? [] : [name.trim()]) : names.map(({ text }) => text);
  const wrong = new Set(problem?.items.map(({ index }) => index));
  const edit = (text: string) => (set_list(text), set_problem(null));

  return (
    <Dialog title={list === null ? "Add a repository" : "Add repositories"} on_close={on_close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add(texts, active);
        }}
      >
        {list === null ? (
          <OneName name={name} invalid={problem !== null} on_change={set_name} on_list={edit} />
        ) : (
          <ManyNames text={list} count={names.length} invalid={problem !== null} on_change={edit} />
        )}
        <label class="check">
          <input type="checkbox" checked={active} onChange={(event) => set_active(event.currentTarget.checked)} />
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
          {problem?.over_limit && (
            <button type="button" class="button" disabled={busy} onClick={() => void add(texts, false)}>
              Add without polling
            </button>
          )}
          {wrong.size > 0 && wrong.size < names.length && (
            <button type="button" class="button" disabled={busy} onClick={() => edit(names.filter((_, index) => !wrong.has(index)).map(({ text }) => text).join("\n"))}>
              Remove these lines
            </button>
          )}
          <button type="button" class="button" onClick={on_close}>
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

async function add_one(name: string, activate: boolean): Promise<string> {
  const repository = await hub.value!.add(name, activate);
  if (is_owner(repository.full_name)) return `The repositories of ${repository.full_name.slice(0, -2)} are added as they are found.`;
  return `${repository.full_name} was added${repository.active ? " and is being polled" : ""}.`;
}

async function add_many(names: string[], activate: boolean): Promise<string> {
  const added = await hub.value!.add_all(names, activate);
  const owners = names.filter(is_owner).length;
  const there = names.length - owners - added;
  const followed = owners > 0 ? ` The repositories of ${plural(owners, "owner")} are added as they are found.` : "";
  const known = there > 0 ? ` ${there === 1 ? "One was" : `${format_count(there)} were`} on this server already.` : "";
  return `${plural(added, "repository was", "repositories were")} added${activate && added > 0 ? " and polling has begun" : ""}.${known}${followed}`;
}

interface OneNameProps {
  name: string;
  invalid: boolean;
  on_change: (name: string) => void;
  on_list: (text: string) => void;
}

// A pasted text of several lines becomes a list.
function OneName({ name, invalid, on_change, on_list }: OneNameProps) {
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (read_names(text).length < 2) return;
    event.preventDefault();
    on_list(text);
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
        onInput={(event) => on_change(event.currentTarget.value)}
        onPaste={paste}
      />
    </>
  );
}

interface ManyNamesProps {
  text: string;
  count: number;
  invalid: boolean;
  on_change: (text: string) => void;
}

function ManyNames({ text, count, invalid, on_change }: ManyNamesProps) {
  return (
    <>
      <label for="add-names">Repositories, one a line: names or addresses</label>
      <textarea
        id="add-names"
        class="input"
        rows={8}
        placeholder={"owner/name\nowner/*\nhttps://github.com/owner/name"}
        value={text}
        ref={(element) => focus_once(element)}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        aria-invalid={invalid}
        aria-describedby="add-count add-problem"
        onInput={(event) => on_change(event.currentTarget.value)}
      />
      <p id="add-count" class="muted">{plural(count, "repository", "repositories")}</p>
    </>
  );
}

const focused = new WeakSet<HTMLElement>();
function focus_once(element: HTMLElement | null): void {
  if (!element || focused.has(element)) return;
  focused.add(element);
  element.focus();
}
