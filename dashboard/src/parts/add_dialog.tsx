// The dialog that adds a repository.
import { useState } from "preact/hooks";

import { ApiError } from "../api/client";
import { hub } from "../state/hub";
import { Dialog } from "./dialog";
import { error_text } from "./repository_actions";
import { notify } from "./toasts";

export function AddDialog({ on_close }: { on_close: () => void }) {
  const [name, set_name] = useState("");
  const [active, set_active] = useState(true);
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<string | null>(null);
  const [over_limit, set_over_limit] = useState(false);

  const add = async (activate: boolean) => {
    if (name.trim() === "") return set_problem("Please enter a repository.");
    set_busy(true);
    set_problem(null);
    try {
      const repository = await hub.value!.add(name.trim(), activate);
      notify(`${repository.full_name} was added${repository.active ? " and is being polled" : ""}.`);
      on_close();
    } catch (error) {
      set_problem(error_text(error));
      set_over_limit(error instanceof ApiError && error.reason === "conflict");
      set_busy(false);
    }
  };

  return (
    <Dialog title="Add a repository" on_close={on_close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add(active);
        }}
      >
        <label for="add-name">Repository</label>
        <input
          id="add-name"
          class="input"
          placeholder="owner/name or https://github.com/owner/name"
          value={name}
          autofocus
          spellcheck={false}
          autocomplete="off"
          autocapitalize="none"
          aria-invalid={problem !== null}
          aria-describedby="add-problem"
          onInput={(event) => set_name(event.currentTarget.value)}
        />
        <label class="check">
          <input type="checkbox" checked={active} onChange={(event) => set_active(event.currentTarget.checked)} />
          Start polling now
        </label>
        <p id="add-problem" class="field-problem" role="alert">
          {problem}
        </p>
        <div class="dialog-actions">
          {over_limit && (
            <button type="button" class="button" disabled={busy} onClick={() => void add(false)}>
              Add without polling
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
