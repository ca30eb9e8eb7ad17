// How the poller is, in a sentence.
import type { Poller } from "../api/types";
import { as_sentence } from "../domain/format";

export interface PollerWords {
  words: string;
  tone: "good" | "idle" | "warn" | "bad";
}

const kStates: Record<string, PollerWords> = {
  ok: { words: "The poller works as it should.", tone: "good" },
  rate_limited: { words: "Polls wait until GitHub allows more.", tone: "warn" },
  bad_token: { words: "GitHub refuses the token: polls stop until the server is started with a good one. What is stored is served on.", tone: "bad" },
  backing_off: { words: "GitHub does not answer well: polls wait longer after each failure.", tone: "warn" },
  store_away: { words: "The store is away: what is polled cannot be kept until it is back.", tone: "bad" },
  following: { words: "Another server polls; this one follows.", tone: "good" },
};

export function poller_words(poller: Poller): PollerWords {
  const state = poller.state ?? "ok";
  const known = kStates[state] ?? { words: `The poller says: ${state.replaceAll("_", " ")}.`, tone: "warn" as const };
  return poller.detail ? { words: `${known.words} ${as_sentence(poller.detail)}`, tone: known.tone } : known;
}

// Shown on every page while polling is in trouble.
export function PollerNotice({ poller }: { poller: Poller | null }) {
  if (!poller) return null;
  const { words, tone } = poller_words(poller);
  if (tone === "good" || tone === "idle") return null;
  return (
    <div class={`banner tone-${tone}`} role="status">
      {words} <a href="#/poller">See the poller</a>
    </div>
  );
}
