// The row of figures at the top of a repository's page.
import type { Statistics } from "../../api/types";
import { formatCount, formatDuration, formatRate, parseTime, plural } from "../../domain/format";
import { averageInterval, FEW_EVENTS, tellsWatchedTime, totalRate } from "../../domain/rates";
import { Few } from "../../parts/few";
import { Figure } from "../../parts/figure";
import { PulseMeter } from "../../parts/pulse_meter";
import { Countdown, RelativeTime } from "../../parts/times";
import { TrendFigure } from "../../parts/trend";
import { actors } from "../../state/actors";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";
import { rangeName } from "./range_name";

interface FiguresProps {
  model: RepositoryModel;
  statistics: Statistics | null; // of the range
  range: PageRange;
}

export function Figures({ model, statistics, range }: FiguresProps) {
  const repository = model.info.value;
  const window = statistics?.window;
  const [from, to] = [parseTime(window?.from), parseTime(window?.to)];
  const rate = statistics && totalRate(statistics, averageInterval(statistics));
  const few = (window?.events ?? 0) < FEW_EVENTS;
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
            <Few few={few} events={window?.events ?? 0}>
              {formatRate(rate)}
            </Few>
          )
        }
        note={
          rate === null
            ? "too few events"
            : few
              ? `from only ${plural(window?.events ?? 0, "event")}`
              : rateNote(statistics)
        }
      />
      <div class="panel figure figure-wide">
        <p class="figure-label">{range.choice === "window" ? "Pulse" : "Pulse now, compared with the window"}</p>
        <PulseMeter
          lastEventAt={model.lastEventAt.value}
          usualInterval={model.usualInterval.value}
          few={model.statistics.value !== null && model.hasFewEvents.value}
        />
      </div>
      <TrendFigure model={model} />
      <Figure
        label={range.choice === "window" ? "Window" : "Range"}
        value={from !== null && to !== null ? formatDuration(to - from) : "–"}
        note={window ? describeWindow(window, range) : "no statistics yet"}
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

function describeWindow({ events, days, max_events: maxEvents }: Statistics["window"], range: PageRange): string {
  if (days === null || maxEvents === null) return `${plural(events, "event")} of ${rangeName(range)}`;
  return `${plural(events, "event")} (limit: ${plural(days, "day")} or ${formatCount(maxEvents)})`;
}
