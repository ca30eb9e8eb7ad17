// What other ways of polling would have cost for the same events, each with the freshness that it gives.
import type { Poller, Spent } from "../../api/types";
import { formatCount, formatDuration, parseTime } from "../../domain/format";
import { asFresh, comparedWith, waysOfPolling } from "../../domain/spending";

export function Comparison({ poller }: { poller: Poller }) {
  const { spent } = poller;
  return (
    <section class="panel area-compared" aria-labelledby="compared-title">
      <div class="panel-head">
        <h2 id="compared-title">Compared with other ways to poll</h2>
        {spent && <p class="muted">{periodOf(spent)}</p>}
      </div>
      {spent && spent.alternatives.length > 0 ? (
        <>
          <Headline spent={spent} />
          <Ways poller={poller} />
          <p class="muted">
            The alternatives ask each repository's own feed, for the same events and over the same time. An answer with
            news costs quota; with a token, an unchanged one (304) does not. Only first pages are counted, and GitHub's
            own delay is left out: in truth the alternatives would cost more and be less fresh. The staleness of
            repopulse is measured, with that delay.
          </p>
        </>
      ) : (
        <p class="muted">Shown after the first repository has been read.</p>
      )}
    </section>
  );
}

export function periodOf({ since, until }: Spent): string {
  const [from, to] = [parseTime(since), parseTime(until)];
  return from === null || to === null ? "" : `in the last ${formatDuration(Math.max(1, to - from))}`;
}

function Headline({ spent }: { spent: Spent }) {
  const fixed = asFresh(spent);
  if (spent.staleness.events === 0) return <p>No new event has come yet, so there is no freshness to compare with.</p>;
  if (!fixed)
    return (
      <p>
        <b>No fixed interval is as fresh</b>: between two requests for a feed GitHub wants a minute.
      </p>
    );
  const requests = comparedWith(spent.requests, fixed.requests);
  const quota = comparedWith(spent.quota_spent, fixed.quota_spent);
  return (
    <p class="big-figure">
      {requests.figure}{" "}
      <span class="muted">
        {requests.words} requests{requests.words !== "as many" && " than"}
        {requests.words === "as many" && " as"} at a fixed interval that is as fresh; quota:{" "}
        {quota.words === "as many" ? "as much" : `${quota.figure} ${quota.words === "fewer" ? "less" : "more"}`}
      </span>
    </p>
  );
}

function Ways({ poller }: { poller: Poller }) {
  const ways = waysOfPolling(poller);
  const most = Math.max(1, ...ways.map((way) => way.requests));
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of ways to poll">
      <table class="data">
        <thead>
          <tr>
            <th scope="col">Way to poll</th>
            <th scope="col" class="numeric">
              Requests
            </th>
            <th scope="col" class="bar-column">
              <span class="visually-hidden">Requests as a bar</span>
            </th>
            <th scope="col" class="numeric">
              Quota
            </th>
            <th scope="col" class="numeric">
              Staleness, mean
            </th>
          </tr>
        </thead>
        <tbody>
          {ways.map((way) => (
            <tr key={way.name}>
              <th scope="row">
                {way.name} {way.note && <span class="muted">{way.note}</span>}
              </th>
              <td class="numeric strong">{formatCount(way.requests)}</td>
              <td class="bar-column">
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class={way.own ? "level" : "plain"} width={(way.requests / most) * 100} height="8" />
                </svg>
              </td>
              <td class="numeric">{formatCount(way.quota)}</td>
              <td class="numeric">{formatDuration(way.staleness)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
