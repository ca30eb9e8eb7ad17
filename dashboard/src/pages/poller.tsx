// The page about the poller: does it work, what does it cost, and when does it poll next.
import type { Hints, Poller, PollMessage, Probe, RateLimit, Received } from "../api/types";
import {
  asSentence,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatTimeWithSeconds,
  parseTime,
  plural,
} from "../domain/format";
import { lookup } from "../domain/lookup";
import { savings } from "../domain/savings";
import { Figure } from "../parts/figure";
import { Icon } from "../parts/icons";
import { Loading } from "../parts/loading";
import { describeHints, describePoller, describeProbes, describeReceived } from "../parts/poller_state";
import { Countdown, RelativeTime } from "../parts/times";
import { now } from "../state/clock";
import type { Hub } from "../state/hub";
import type { RepositoryModel } from "../state/repository_model";
import { repositoryAddress } from "../state/router";

const POLLS_SHOWN = 20;

export function PollerPage({ hub }: { hub: Hub }) {
  const poller = hub.poller.value;
  return (
    <div class="poller">
      <div class="page-head">
        <h1 tabIndex={-1}>Poller</h1>
        {poller?.policy && (
          <p class="summary muted">
            policy <b>{poller.policy}</b>
            {poller.freshness_seconds !== undefined && (
              <>
                {" "}
                · freshness <b>{formatDuration(poller.freshness_seconds)}</b>
              </>
            )}
            {poller.started_at && (
              <>
                {" "}
                · started <RelativeTime at={parseTime(poller.started_at)} />
              </>
            )}
          </p>
        )}
      </div>
      {poller ? <PollerDetails hub={hub} poller={poller} /> : <PollerMissing hub={hub} />}
    </div>
  );
}

function PollerMissing({ hub }: { hub: Hub }) {
  if (hub.pollerMissing.value)
    return (
      <div class="panel empty">
        <p>This server does not report on its poller.</p>
      </div>
    );
  return <Loading />;
}

function PollerDetails({ hub, poller }: { hub: Hub; poller: Poller }) {
  const { text, tone } = describePoller(poller);
  return (
    <>
      <p class={`notice tone-${tone}`} role="status">
        <Icon name={tone === "good" || tone === "idle" ? "check" : "warning"} /> {text}
      </p>
      <PollerFigures poller={poller} />
      <div class="poller-detail">
        <Quota poller={poller} />
        {poller.probe && <Probes probe={poller.probe} received={poller.received ?? {}} hints={poller.hints ?? {}} />}
        <Saved models={hub.repositories.value ?? []} poller={poller} />
        <Feeds poller={poller} />
        <Costs models={hub.repositories.value ?? []} />
        <RecentPolls polls={hub.polls.value} />
      </div>
    </>
  );
}

function PollerFigures({ poller }: { poller: Poller }) {
  const requests = poller.requests ?? 0;
  const staleness = poller.staleness;
  const backingOff = (poller.feeds ?? []).filter((feed) => (feed.failures_in_a_row ?? 0) > 0).length;
  const target = poller.freshness_seconds;
  return (
    <div class="figures">
      <Figure label="Requests" value={formatCount(poller.requests)} note="for events" />
      <Figure
        label="Unchanged (304)"
        value={formatCount(poller.not_modified)}
        note={
          requests > 0 ? `${formatPercent((poller.not_modified ?? 0) / requests)} of all requests` : "no requests yet"
        }
      />
      <Figure label="Quota spent" value={formatCount(poller.quota_spent)} note="counted by GitHub" />
      <Figure
        label="Staleness, mean"
        value={formatDuration(staleness?.mean_seconds)}
        note={target === undefined ? "delay of new events" : `target: ${formatDuration(target)}`}
      />
      <Figure
        label="Staleness, 95th percentile"
        value={formatDuration(staleness?.p95_seconds)}
        note={staleness?.p95_seconds == null ? "no new events yet" : "delay of new events"}
      />
      <Figure
        label="Feeds backing off"
        value={formatCount(backingOff)}
        note={`${plural(poller.failures ?? 0, "failed request")} in total`}
        warning={backingOff > 0 ? "Waiting after failures" : undefined}
      />
    </div>
  );
}

function Quota({ poller }: { poller: Poller }) {
  const { rate_limit: rateLimit } = poller;
  return (
    <section class="panel area-quota" aria-labelledby="quota-title">
      <div class="panel-head">
        <h2 id="quota-title">GitHub's quota</h2>
        {isKnown(rateLimit) && (
          <p class="muted">
            resets <Countdown at={parseTime(rateLimit?.reset_at)} />
          </p>
        )}
      </div>
      {isKnown(rateLimit) ? (
        <QuotaLeft rateLimit={rateLimit} unit="requests" />
      ) : (
        <p class="muted">GitHub has not reported yet how many requests are left.</p>
      )}
    </section>
  );
}

type KnownLimit = RateLimit & { limit: number; remaining: number };

function isKnown(rateLimit: RateLimit | undefined): rateLimit is KnownLimit {
  return rateLimit?.limit != null && rateLimit.remaining != null && rateLimit.limit > 0;
}

function QuotaLeft({ rateLimit, unit }: { rateLimit: KnownLimit; unit: "requests" | "points" }) {
  const { limit, remaining, reserve } = rateLimit;
  return (
    <>
      <p class="big-figure">
        {formatCount(remaining)}{" "}
        <span class="muted">
          of {formatCount(limit)} {unit === "points" && "points "}left
        </span>
      </p>
      <svg
        class={`quota ${reserve != null && remaining <= reserve ? "quota-low" : ""}`}
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${formatCount(remaining)} of ${formatCount(limit)} ${unit} left${reserve != null ? `, ${formatCount(reserve)} of them reserved` : ""}`}
      >
        <rect class="track" width="100" height="6" />
        <rect class="level" width={(Math.min(remaining, limit) / limit) * 100} height="6" />
        {reserve != null && <rect class="reserve" width={(Math.min(reserve, limit) / limit) * 100} height="6" />}
      </svg>
      {reserve != null && (
        <p class="muted">{formatCount(reserve)} are reserved for other programs that use the same token.</p>
      )}
    </>
  );
}

function Probes({ probe, received, hints }: { probe: Probe; received: Received; hints: Hints }) {
  const { rate_limit: rateLimit, trouble } = probe;
  const fromAccount = describeReceived(received);
  const fromHints = describeHints(hints);
  return (
    <section class="panel area-probes" aria-labelledby="probes-title">
      <div class="panel-head">
        <h2 id="probes-title">Change probes</h2>
        {probe.next_at && (
          <p class="muted">
            next <Countdown at={parseTime(probe.next_at)} />
          </p>
        )}
      </div>
      <p>{describeProbes(probe)}</p>
      {(probe.requests ?? 0) > 0 && (
        <p class="muted">
          {plural(probe.requests ?? 0, "probe")} sent, {formatCount(probe.failures)} failed. They cost{" "}
          {plural(probe.points_spent ?? 0, "point")} of GitHub's GraphQL quota.
        </p>
      )}
      {trouble && <p class="overdue">{asSentence(trouble)}</p>}
      {isKnown(rateLimit) && <QuotaLeft rateLimit={rateLimit} unit="points" />}
      {fromAccount && <p>{fromAccount}</p>}
      {fromHints && <p class={hints.failing ? "overdue" : undefined}>{fromHints}</p>}
    </section>
  );
}

function Saved({ models, poller }: { models: RepositoryModel[]; poller: Poller }) {
  const saved = savings(
    models.map((model) => model.info.value),
    poller.feeds ?? [],
    poller.probe?.requests ?? 0,
    now.value,
  );
  return (
    <section class="panel area-saved" aria-labelledby="saved-title">
      <div class="panel-head">
        <h2 id="saved-title">Compared with polling every minute</h2>
      </div>
      {saved ? (
        <>
          <p class="big-figure">
            {saved.saved >= 0 ? formatPercent(saved.saved) : `${formatRate(saved.requests / saved.everyMinute)} times`}{" "}
            <span class="muted">
              {saved.saved >= 0 ? "fewer requests" : "as many requests, to reach the freshness target"}
            </span>
          </p>
          <dl class="compare">
            <Bar label="repopulse" count={saved.requests} most={Math.max(saved.requests, saved.everyMinute)} />
            <Bar
              label="every minute"
              count={saved.everyMinute}
              most={Math.max(saved.requests, saved.everyMinute)}
              plain
            />
          </dl>
          <p class="muted">Requests for the active repositories, each counted since it was added.</p>
        </>
      ) : (
        <p class="muted">Shown after a repository has been polled for one minute.</p>
      )}
    </section>
  );
}

function Bar({ label, count, most, plain = false }: { label: string; count: number; most: number; plain?: boolean }) {
  return (
    <div class="compare-row">
      <dt>{label}</dt>
      <dd>
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect class={plain ? "plain" : "level"} width={most > 0 ? (count / most) * 100 : 0} height="8" />
        </svg>
        <span>{formatCount(count)}</span>
      </dd>
    </div>
  );
}

function Feeds({ poller }: { poller: Poller }) {
  const feeds = [...(poller.feeds ?? [])].sort(
    (a, b) => (parseTime(a.next_poll_at) ?? Infinity) - (parseTime(b.next_poll_at) ?? Infinity),
  );
  return (
    <section class="panel area-feeds" aria-labelledby="feeds-title">
      <div class="panel-head">
        <h2 id="feeds-title">Next polls</h2>
        <p class="muted">{plural(feeds.length, "feed")}</p>
      </div>
      {feeds.length === 0 ? (
        <p class="muted">Nothing to poll yet: no repository is active.</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of next polls">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Feed</th>
                <th scope="col" class="numeric">
                  Next poll
                </th>
                <th scope="col" class="numeric">
                  Last poll
                </th>
                <th scope="col" class="numeric">
                  Failures in a row
                </th>
              </tr>
            </thead>
            <tbody>
              {feeds.map((feed) => (
                <tr key={feed.feed}>
                  <th scope="row">
                    {feed.repository ? <a href={repositoryAddress(feed.repository)}>{feed.repository}</a> : feed.feed}
                    {feed.served_by && <span class="muted"> via {feed.served_by}</span>}
                  </th>
                  <td class="numeric strong">
                    <Countdown at={parseTime(feed.next_poll_at)} />
                  </td>
                  <td class="numeric">
                    <RelativeTime at={parseTime(feed.last_polled_at)} />
                  </td>
                  <td class={`numeric ${(feed.failures_in_a_row ?? 0) > 0 ? "overdue" : ""}`}>
                    {formatCount(feed.failures_in_a_row ?? 0)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Costs({ models }: { models: RepositoryModel[] }) {
  const rows = models
    .filter((model) => (model.info.value.polling?.requests ?? 0) > 0)
    .sort((a, b) => (b.info.value.polling?.requests ?? 0) - (a.info.value.polling?.requests ?? 0));
  return (
    <section class="panel area-costs" aria-labelledby="costs-title">
      <div class="panel-head">
        <h2 id="costs-title">Cost by repository</h2>
      </div>
      {rows.length === 0 ? (
        <p class="muted">No requests yet.</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of costs">
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Repository</th>
                <th scope="col" class="numeric">
                  Requests
                </th>
                <th scope="col" class="numeric">
                  Unchanged (304)
                </th>
                <th scope="col" class="numeric">
                  Failed
                </th>
                <th scope="col" class="numeric">
                  Quota spent
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, info }) => (
                <tr key={key}>
                  <th scope="row">
                    <a href={repositoryAddress(info.value.full_name)}>{info.value.full_name}</a>
                  </th>
                  <td class="numeric strong">{formatCount(info.value.polling?.requests)}</td>
                  <td class="numeric">{formatCount(info.value.polling?.not_modified)}</td>
                  <td class="numeric">{formatCount(info.value.polling?.failures)}</td>
                  <td class="numeric">{formatCount(info.value.polling?.quota_spent)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function RecentPolls({ polls }: { polls: PollMessage[] }) {
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
