// The row of figures at the top of a repository's page.
import type { Statistics } from "../../api/types";
import { format_count, format_duration, format_rate, parse_time, plural } from "../../domain/format";
import { tells_watched_time } from "../../domain/rates";
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
  const [from, to] = [parse_time(window?.from), parse_time(window?.to)];
  const rate = model.rate.value;
  const polling = repository.polling;
  const everybody = actors.value === "all";
  return (
    <div class="figures">
      <Figure
        label="Events per hour"
        value={rate === null ? "–" : <Few few={model.has_few_events.value} events={window?.events ?? 0}>{format_rate(rate)}</Few>}
        note={rate === null ? "too few events" : model.has_few_events.value ? `from only ${plural(window?.events ?? 0, "event")}` : rate_note(statistics)}
      />
      <div class="panel figure figure-wide">
        <p class="figure-label">Pulse</p>
        <PulseMeter last_event_at={model.last_event_at.value} usual_interval={model.usual_interval.value} few={statistics !== null && model.has_few_events.value} />
      </div>
      <TrendFigure model={model} />
      <Figure
        label="Window"
        value={from !== null && to !== null ? format_duration(to - from) : "–"}
        note={window ? describe_window(window) : "no statistics yet"}
        warning={window?.complete === false ? "Events may be missing" : undefined}
      />
      <Figure
        label="Next poll"
        value={repository.active ? <Countdown at={parse_time(repository.next_poll_at)} /> : "Not polled"}
        note={
          <>
            last poll <RelativeTime at={parse_time(repository.last_polled_at)} />
          </>
        }
      />
      <Figure
        label="Requests"
        value={format_count(polling?.requests)}
        note={polling ? `${format_count(polling.not_modified)} unchanged, ${format_count(polling.failures)} failed` : ""}
      />
      <Figure label={everybody ? "Events stored" : "Events stored, of everybody"} value={format_count(repository.events_stored)} note={<>repository added <RelativeTime at={parse_time(repository.added_at)} /></>} />
    </div>
  );
}

function rate_note(statistics: Statistics | null): string {
  return statistics && tells_watched_time(statistics) ? "over the time watched" : "by the average interval";
}

function describe_window({ events, days, max_events }: Statistics["window"]): string {
  return `${plural(events, "event")} (limit: ${plural(days, "day")} or ${format_count(max_events)})`;
}
