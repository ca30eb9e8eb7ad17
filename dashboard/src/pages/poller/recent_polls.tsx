// The polls since the page was opened, the newest first.
import type { PollMessage } from "../../api/types";
import { formatTimeWithSeconds, parseTime, plural } from "../../domain/format";
import { lookup } from "../../domain/lookup";
import { repositoryAddress } from "../../state/router";

const POLLS_SHOWN = 20;

export function RecentPolls({ polls }: { polls: PollMessage[] }) {
  return (
    <section class="panel area-polls" aria-labelledby="polls-title">
      <div class="panel-head">
        <h2 id="polls-title">Recent polls</h2>
        <p class="muted">since this page was opened</p>
      </div>
      {polls.length === 0 ? (
        <p class="muted">No polls yet.</p>
      ) : (
        <ol class="poll-log">
          {polls.slice(0, POLLS_SHOWN).map((poll) => (
            <PollLine key={`${poll.feed ?? poll.repository} ${poll.at}`} poll={poll} />
          ))}
        </ol>
      )}
    </section>
  );
}

function PollLine({ poll }: { poll: PollMessage }) {
  const at = parseTime(poll.at);
  return (
    <li>
      <span class="muted">{at === null ? "–" : formatTimeWithSeconds(at)}</span>
      {poll.repository ? <a href={repositoryAddress(poll.repository)}>{poll.repository}</a> : <span>{poll.feed}</span>}
      <PollResult poll={poll} />
    </li>
  );
}

// Outcomes whose name in the API is not clear on its own.
const OUTCOMES: Record<string, string> = {
  bad_answer: "unreadable answer",
  primary_limit: "rate limit reached",
  secondary_limit: "secondary rate limit reached",
  unauthorized: "token refused",
};

function PollResult({ poll }: { poll: PollMessage }) {
  const count = poll.new_events ?? 0;
  if (count > 0) return <span class="poll-news">{plural(count, "new event")}</span>;
  if (poll.not_modified) return <span class="muted">unchanged (304)</span>;
  if (!poll.outcome || ["events", "end_of_feed"].includes(poll.outcome)) return <span class="muted">nothing new</span>;
  return (
    <span class="overdue" title={poll.detail ?? undefined}>
      {lookup(OUTCOMES, poll.outcome) ?? poll.outcome.replaceAll("_", " ")}
    </span>
  );
}
