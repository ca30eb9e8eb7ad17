// Sources of news beside the repositories' own feeds: change probes, what an account receives, and webhooks.
import type { Poller } from "../../api/types";
import { asSentence, formatCount, parseTime, plural } from "../../domain/format";
import { describeBelief, describeHints, describeProbes, describeReceived } from "../../parts/poller_state";
import { Countdown } from "../../parts/times";

export function Probes({ poller }: { poller: Poller }) {
  const { probe = {}, received = {}, hints = {}, spent } = poller;
  const lately = spent?.sources.find(({ source }) => source === "probes");
  const fromAccount = describeReceived(received);
  const fromHints = describeHints(hints);
  const belief = describeBelief(probe);
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
      {lately && (
        <p>
          {plural(lately.requests, "probe")} sent lately: {plural(lately.points_spent, "GraphQL point")},{" "}
          {lately.told === 0 ? "no news of any repository" : `news of a repository ${plural(lately.told, "time")}`},{" "}
          {formatCount(lately.failures)} failed.
        </p>
      )}
      {(probe.requests ?? 0) > 0 && (
        <p class="muted">
          Since the first start: {plural(probe.requests ?? 0, "probe")}, {formatCount(probe.failures)} failed,{" "}
          {plural(probe.points_spent ?? 0, "GraphQL point")}.
        </p>
      )}
      {belief && <p>{belief}</p>}
      {probe.trouble && <p class="overdue">{asSentence(probe.trouble)}</p>}
      {fromAccount && <p>{fromAccount}</p>}
      {fromHints && <p class={hints.failing ? "overdue" : undefined}>{fromHints}</p>}
    </section>
  );
}
