// The buttons with which an admin key changes a repository, and the question before it is removed.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { Repository } from "../api/types";
import { askedText, asSentence, parseTime, plural } from "../domain/format";
import { hub } from "../state/hub";
import { session } from "../state/session";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { notify } from "./toasts";

export function mayChange(): boolean {
  return session.value?.role === "admin";
}

const removing = signal<Repository | null>(null);

export function errorText(error: unknown): string {
  if (error instanceof ApiError && error.reason === "conflict") return limitText(error.message);
  return asSentence(error instanceof Error ? error.message : String(error));
}

// Takes only the number from the server's message, which says the limit first.
function limitText(message: string): string {
  const limit = Number(/\d+/.exec(message)?.[0]) || null;
  const which = limit === null ? "active repositories" : plural(limit, "active repository", "active repositories");
  return `The limit of ${which} is reached. Deactivate another repository first, or start the server with a higher --max-active.`;
}

export function RepositoryActions({ repository, labelled = false }: { repository: Repository; labelled?: boolean }) {
  const [busy, setBusy] = useState(false);
  if (!mayChange()) return null;
  const { full_name: fullName, active } = repository;

  const toggle = async () => {
    setBusy(true);
    try {
      await hub.value!.setActive(fullName, !active);
      notify(active ? `${fullName} is no longer polled.` : `${fullName} is being polled.`);
    } catch (error) {
      notify(`${fullName} could not be ${active ? "deactivated" : "activated"}. ${errorText(error)}`, "failed");
    }
    setBusy(false);
  };

  const ask = async () => {
    setBusy(true);
    try {
      const { next_poll_at: nextPollAt } = await hub.value!.askNow(fullName);
      notify(askedText(fullName, parseTime(nextPollAt), Date.now() / 1000));
    } catch (error) {
      notify(
        `${fullName} could not be asked. ${asSentence(error instanceof Error ? error.message : String(error))}`,
        "failed",
      );
    }
    setBusy(false);
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
        aria-label={`${verb} ${fullName}`}
        title={`${verb} ${fullName}`}
        disabled={busy}
        onClick={toggle}
      >
        <Icon name={active ? "pause" : "play"} />
        {labelled && verb}
      </button>
      <button
        type="button"
        class={`button quiet danger ${labelled ? "" : "icon-only"}`}
        aria-label={`Remove ${fullName}`}
        title={`Remove ${fullName}`}
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
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => (removing.value = null);

  const remove = async () => {
    setBusy(true);
    try {
      await hub.value!.remove(repository.full_name);
      notify(`${repository.full_name} was removed.`);
      close();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={`Remove ${repository.full_name}?`} onClose={close}>
      <p>
        This also deletes its {plural(repository.events_stored, "stored event")}. GitHub offers only the newest 300
        events of the last 30 days, so older events cannot be fetched again.
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
