// The page about the poller: does it work, what does it cost, and when does it poll next.
import type { Poller } from "../api/types";
import { formatDuration, parseTime } from "../domain/format";
import { Icon } from "../parts/icons";
import { Loading } from "../parts/loading";
import { describePoller } from "../parts/poller_state";
import { RelativeTime } from "../parts/times";
import type { Hub } from "../state/hub";
import { Comparison, periodOf } from "./poller/comparison";
import { Costs } from "./poller/costs";
import { PollerFigures } from "./poller/figures";
import { NextPolls } from "./poller/next_polls";
import { Probes } from "./poller/probes";
import { Quota } from "./poller/quota";
import { RecentPolls } from "./poller/recent_polls";
import { Sources } from "./poller/sources";

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
  const { spent } = poller;
  return (
    <>
      <p class={`notice tone-${tone}`} role="status">
        <Icon name={tone === "good" || tone === "idle" ? "check" : "warning"} /> {text}
      </p>
      {spent && <p class="muted period">By this server, {periodOf(spent)}:</p>}
      <PollerFigures poller={poller} />
      <div class="poller-detail">
        <Quota poller={poller} />
        <Probes poller={poller} />
        <Comparison poller={poller} />
        {spent && <Sources spent={spent} />}
        <NextPolls feeds={poller.feeds ?? []} />
        {spent && <Costs spent={spent} />}
        <RecentPolls polls={hub.polls.value} />
      </div>
    </>
  );
}
