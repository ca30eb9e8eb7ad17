// What repopulse makes of a repository, as a coloured word.
import type { Repository } from "../api/types";
import { as_sentence } from "../domain/format";

interface Words {
  label: string;
  tone: "good" | "idle" | "warn" | "bad";
  explanation: string;
}

export function status_words(repository: Repository): Words {
  const detail = as_sentence(repository.status_detail ?? "");
  switch (repository.status) {
    case "not_found":
      return { label: "Not found", tone: "bad", explanation: detail || "GitHub does not know this repository, or it is private." };
    case "moved":
      return { label: "Moved", tone: "warn", explanation: detail || "The repository has another name at GitHub now." };
    case "blocked":
      return { label: "Blocked", tone: "bad", explanation: detail || "GitHub blocks access to this repository." };
    case "failing":
      return { label: "Failing", tone: "bad", explanation: detail || "The last polls failed; repopulse keeps trying at longer intervals." };
    case "pending":
      if (repository.active) return { label: "Waiting", tone: "idle", explanation: detail || "The first poll has not come back yet." };
      break;
    case "ok":
      if (repository.active) return { label: "Active", tone: "good", explanation: detail || "Polled and up to date." };
      break;
  }
  return { label: "Inactive", tone: "idle", explanation: detail || "Known, but not polled. What was stored is kept." };
}

export function StatusPill({ repository }: { repository: Repository }) {
  const { label, tone, explanation } = status_words(repository);
  return (
    <span class={`pill tone-${tone}`} title={explanation}>
      {label}
    </span>
  );
}
