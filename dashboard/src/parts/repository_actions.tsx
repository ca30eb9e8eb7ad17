// The buttons with which an admin key changes a repository, and the question before it is removed.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { Repository } from "../api/types";
import { as_sentence, asked_text, parse_time, plural } from "../domain/format";
import { hub } from "../state/hub";
import { session } from "../state/session";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { notify } from "./toasts";

export function may_change(): boolean {
  return session.value?.role === "admin";
}

const removing = signal<Repository | null>(null);

export function error_text(error: unknown): string {
  if (error instanceof ApiError && error.reason === "conflict") return limit_text(error.message);
  return as_sentence(error instanceof Error ? error.message : String(error));
}

// Takes only the number from the server's message, which says the limit first.
function limit_text(message: string): string {
  const limit = Number(/\d+/.exec(message)?.[0]) || null;
  const which = limit === null ? "active repositories" : plural(limit, "active repository", "active repositories");
  return `The limit of ${which} is reached. Deactivate another repository first, or start the server with a higher --max-active.`;
}

export function RepositoryActions({ repository, labelled = false }: { repository: Repository; labelled?: boolean }) {
  const [busy, set_busy] = useState(false);
  if (!may_change()) return null;
  const { full_name, active } = repository;

  const toggle = async () => {
    set_busy(true);
    try {
      await hub.value!.set_active(full_name, !active);
      notify(active ? `${full_name} is no longer polled.` : `${full_name} is being polled.`);
    } catch (error) {
      notify(`${full_name} could not be ${active ? "deactivated" : "activated"}. ${error_text(error)}`, "failed");
    }
    set_busy(false);
  };

  const ask = async () => {
    set_busy(true);
    try {
      const { next_poll_at } = await hub.value!.ask_now(full_name);
      notify(asked_text(full_name, parse_time(next_poll_at), Date.now() / 1000));
    } catch (error) {
      notify(`${full_name} could not be asked. ${as_sentence(error instanceof Error ? error.message : String(error))}`, "failed");
    }
    set_busy(false);
  };

  const verb = active ? "Deactivate" : "Activate";
  return (
    <>
      {labelled && active && (
        <button type="button" class="button quiet" title="Ask GitHub for new events now" disabled={busy} onClick={ask}>
          <Icon name="reset" /> Ask now
        </button>
      )}
      <button
        type="button"
        class={`button quiet ${labelled ? "" : "icon-only"}`}
        aria-label={`${verb} ${full_name}`}
        title={`${verb} ${full_name}`}
        disabled={busy}
        onClick={toggle}
      >
        <Icon name={active ? "pause" : "play"} />
        {labelled && verb}
      </button>
      <button
        type="button"
        class={`button quiet danger ${labelled ? "" : "icon-only"}`}
        aria-label={`Remove ${full_name}`}
        title={`Remove ${full_name}`}
        onClick={() => (removing.value = repository)}
      >
        <Icon name="trash" />
        {labelled && "Remove"}
      </button>
    </>
  );
}

export function RemoveDialog() {
  const repository = removing.value;
  return repository && <RemoveQuestion key={repository.full_name} repository={repository} />;
}

function RemoveQuestion({ repository }: { repository: Repository }) {
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<string | null>(null);
  const close = () => (removing.value = null);

  const remove = async () => {
    set_busy(true);
    try {
      await hub.value!.remove(repository.full_name);
      notify(`${repository.full_name} was removed.`);
      close();
    } catch (error) {
      set_problem(error_text(error));
      set_busy(false);
    }
  };

  return (
    <Dialog title={`Remove ${repository.full_name}?`} on_close={close}>
      <p>
        This also deletes its {plural(repository.events_stored, "stored event")}. GitHub offers only the newest 300 events of the last 30 days, so older
        events cannot be fetched again.
      </p>
      {problem && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          Keep it
        </button>
        <button type="button" class="button danger-filled" disabled={busy} onClick={remove}>
          Remove
        </button>
      </div>
    </Dialog>
  );
}
