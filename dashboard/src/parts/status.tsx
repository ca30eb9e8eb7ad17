// Shows the status of a repository as a coloured label, and explains it in a sentence.
import type { Repository } from "../api/types";
import { asSentence } from "../domain/format";

interface Status {
  label: string;
  tone: "good" | "idle" | "warn" | "bad";
  explanation: string;
}

export function describeStatus(repository: Repository): Status {
  const detail = asSentence(repository.status_detail ?? "");
  switch (repository.status) {
    case "not_found":
      return { label: "Not found", tone: "bad", explanation: notFoundText(detail) };
    case "moved":
      return {
        label: "Moved",
        tone: "warn",
        explanation: joined("The repository was renamed or moved on GitHub.", detail),
      };
    case "replaced":
      return {
        label: "Replaced",
        tone: "warn",
        explanation: joined("The name was given to another repository on GitHub.", detail),
      };
    case "forbidden":
      return {
        label: "No access",
        tone: "bad",
        explanation: joined("GitHub does not let this server or its token read the repository.", detail),
      };
    case "blocked":
      return {
        label: "Blocked",
        tone: "bad",
        explanation: joined("GitHub does not give access to this repository.", detail),
      };
    case "failing":
      return {
        label: "Failing",
        tone: "bad",
        explanation: joined("The last poll failed; repopulse waits longer after each failure.", detail),
      };
    case "pending":
      if (repository.active)
        return { label: "Waiting", tone: "idle", explanation: detail || "The first poll is not finished yet." };
      break;
    case "ok":
      if (repository.active) return { label: "Active", tone: "good", explanation: detail || "Polling works normally." };
      break;
  }
  return { label: "Inactive", tone: "idle", explanation: detail || "Not polled. Stored events are kept." };
}

// GitHub does not say which of the three reasons applies. `detail` holds its answer: 404 or 410.
function notFoundText(detail: string): string {
  const answer = /\b4\d\d\b/.exec(detail)?.[0];
  return `Not found: misspelt, deleted, or private and not visible to this token${answer ? ` (GitHub answered ${answer})` : ""}.`;
}

function joined(sentence: string, detail: string): string {
  return detail ? `${sentence} ${detail}` : sentence;
}

export function StatusPill({ repository }: { repository: Repository }) {
  const { label, tone, explanation } = describeStatus(repository);
  return (
    <span class={`pill tone-${tone}`} title={explanation}>
      {label}
    </span>
  );
}
