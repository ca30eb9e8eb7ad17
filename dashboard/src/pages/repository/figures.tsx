// The row of figures at the top of a repository's page.
import type { Statistics } from "../../api/types";
import { formatCount, formatDuration, formatRate, parseTime, plural } from "../../domain/format";
import { tellsWatchedTime } from "../../domain/rates";
import { Few } from "../../parts/few";
import { Figure } from "../../parts/figure";
import { PulseMeter } from "../../parts/pulse_meter";
import { Countdown, RelativeTime } from "../../parts/times";
import { TrendFigure } from "../../parts/trend";
import { actors } from "../../state/actors";
import type { RepositoryModel } from "../../state/repository_model";

export function Figures({ model, statistics }: { model: RepositoryModel; statistics: Statistics | null }) {
  const repository = model.info.value;
  const window = statistics?.window;
  const [from, to] = [parseTime(window?.from), parseTime(window?.to)];
  const rate = model.rate.value;
  const polling = repository.polling;
  const everybody = actors.value === "all";
  return (
    <div class="figures">
      <Figure
        label="Events per hour"
        value={
          rate === null ? (
            "–"
          ) : (
            <Few few={model.hasFewEvents.value} events={window?.events ?? 0}>
              {formatRate(rate)}
            </Few>
          )
        }
        note={
          rate === null
            ? "too few events"
            : model.hasFewEvents.value
              ? `from only ${plural(window?.events ?? 0, "event")}`
              : rateNote(statistics)
        }
      />
      <div class="panel figure figure-wide">
        <p class="figure-label">Pulse</p>
        <PulseMeter
          lastEventAt={model.lastEventAt.value}
          usualInterval={model.usualInterval.value}
          few={statistics !== null && model.hasFewEvents.value}
        />
      </div>
      <TrendFigure model={model} />
      <Figure
        label="Window"
        value={from !== null && to !== null ? formatDuration(to - from) : "–"}
        note={window ? describeWindow(window) : "no statistics yet"}
        warning={window?.complete === false ? "Events may be missing" : undefined}
      />
      <Figure
        label="Next poll"
        value={repository.active ? <Countdown at={parseTime(repository.next_poll_at)} /> : "Not polled"}
        note={
          <>
            last poll <RelativeTime at={parseTime(repository.last_polled_at)} />
          </>
        }
      />
      <Figure
        label="Requests"
        value={formatCount(polling?.requests)}
        note={polling ? `${formatCount(polling.not_modified)} unchanged, ${formatCount(polling.failures)} failed` : ""}
      />
      <Figure
        label={everybody ? "Events stored" : "Events stored, of everybody"}
        value={formatCount(repository.events_stored)}
        note={
          <>
            repository added <RelativeTime at={parseTime(repository.added_at)} />
          </>
        }
      />
    </div>
  );
}

function rateNote(statistics: Statistics | null): string {
  return statistics && tellsWatchedTime(statistics) ? "over the time watched" : "by the average interval";
}

function describeWindow({ events, days, max_events: maxEvents }: Statistics["window"]): string {
  return `${plural(events, "event")} (limit: ${plural(days, "day")} or ${formatCount(maxEvents)})`;
}
