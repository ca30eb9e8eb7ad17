// Says in a sentence whether the poller works, and shows a banner if it does not.
import type { Hints, Poller, Probe, Received } from "../api/types";
import { asSentence, plural } from "../domain/format";
import { lookup } from "../domain/lookup";

export interface PollerStatus {
  text: string;
  tone: "good" | "idle" | "warn" | "bad";
}

const STATES: Record<string, PollerStatus> = {
  ok: { text: "The poller works normally.", tone: "good" },
  rate_limited: { text: "Polling waits until GitHub allows more requests.", tone: "warn" },
  bad_token: {
    text: "Polling has stopped: GitHub does not accept the token or the GitHub App. Stored events stay available.",
    tone: "bad",
  },
  backing_off: { text: "Requests to GitHub fail. repopulse waits longer after each failure.", tone: "warn" },
  store_away: { text: "The store does not answer. New events cannot be stored until it does.", tone: "bad" },
  following: { text: "Another server polls and this server shows the results.", tone: "good" },
};

export function describePoller(poller: Poller): PollerStatus {
  const state = poller.state ?? "ok";
  if (state === "ok" && poller.feeds?.length === 0) return { text: "Nothing to poll yet.", tone: "idle" };
  const { text, tone } = lookup(STATES, state) ?? {
    text: `The poller reports: ${state.replaceAll("_", " ")}.`,
    tone: "warn",
  };
  return { text: poller.detail ? `${text} ${asSentence(poller.detail)}` : text, tone };
}

export function describeProbes({ enabled, repositories = 0, informed = 0 }: Probe): string {
  if (!enabled) return "Change probes are not used: they need a GitHub token, and --probe off switches them off.";
  if (repositories === 0) return "No probe is planned: it would save no requests now.";
  return `One request tells whether ${plural(repositories, "repository", "repositories")} have news. ${plural(informed, "repository is", "repositories are")} read when it does, and else only now and then.`;
}

// null: no probe has been asked.
export function describeBelief({ enabled, requests = 0, belief }: Probe): string | null {
  if (!enabled || requests === 0) return null;
  if (belief === "believed") return "Probes are believed: they told of events before these were read.";
  if (belief === "distrusted")
    return "Probes are not believed at present: what was read contradicted them. Each repository is polled by itself.";
  return "Probes are not believed yet: they must tell of five events before these are read. Until then each repository is polled by itself.";
}

export function describeReceived({ feed, repositories = 0 }: Received): string | null {
  if (!feed) return null;
  const login = feed.replace("users/", "");
  if (repositories === 0)
    return `What ${login} receives brings no events yet: that account watches too few of the repositories, or it would save no requests.`;
  return `What ${login} receives brings most events of ${plural(repositories, "repository", "repositories")} with one request.`;
}

export function describeHints({ repositories = 0, informed = 0, failing = 0 }: Hints): string | null {
  if (repositories === 0) return null;
  const read = `Webhooks tell of ${plural(repositories, "repository", "repositories")}. ${plural(informed, "repository is", "repositories are")} read when they do, and else only now and then.`;
  if (failing === 0) return read;
  return `${read} The webhooks of ${plural(failing, "repository", "repositories")} stopped: events come without them.`;
}

// The banner on every page while polling does not work.
export function PollerNotice({ poller }: { poller: Poller | null }) {
  if (!poller) return null;
  const { text, tone } = describePoller(poller);
  if (tone === "good" || tone === "idle") return null;
  return (
    <div class={`banner tone-${tone}`} role="status">
      {text} <a href="#/poller">Open the poller page</a>
    </div>
  );
}
