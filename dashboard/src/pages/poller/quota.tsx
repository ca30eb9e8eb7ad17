// What is left of GitHub's quotas: of requests, and of points of the GraphQL API, which change probes cost.
import type { Poller, RateLimit } from "../../api/types";
import { formatCount, parseTime } from "../../domain/format";
import { Countdown } from "../../parts/times";

export function Quota({ poller }: { poller: Poller }) {
  const { rate_limit: rest, probe } = poller;
  return (
    <section class="panel area-quota" aria-labelledby="quota-title">
      <div class="panel-head">
        <h2 id="quota-title">GitHub's quotas</h2>
      </div>
      {isKnown(rest) ? (
        <QuotaLeft rateLimit={rest} unit="requests" />
      ) : (
        <p class="muted">GitHub has not reported yet how many requests are left.</p>
      )}
      {isKnown(probe?.rate_limit) && <QuotaLeft rateLimit={probe.rate_limit} unit="GraphQL points" />}
    </section>
  );
}

type KnownLimit = RateLimit & { limit: number; remaining: number };

function isKnown(rateLimit: RateLimit | undefined): rateLimit is KnownLimit {
  return rateLimit?.limit != null && rateLimit.remaining != null && rateLimit.limit > 0;
}

function QuotaLeft({ rateLimit, unit }: { rateLimit: KnownLimit; unit: "requests" | "GraphQL points" }) {
  const { limit, remaining, reserve, reset_at: resetAt } = rateLimit;
  return (
    <>
      <p class="big-figure">
        {formatCount(remaining)}{" "}
        <span class="muted">
          of {formatCount(limit)} {unit === "requests" ? "" : `${unit} `}left
          {resetAt && (
            <>
              , all again <Countdown at={parseTime(resetAt)} />
            </>
          )}
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
