// The card of one repository: events over time, the last event, average times between events, window, next poll.
import { useEffect, useRef } from "preact/hooks";

import type { Alert, TypeStatistics } from "../../api/types";
import { Sparkline } from "../../charts/sparkline";
import { as_sentence, format_duration, format_rate, kMinute, parse_time, plural, type_label } from "../../domain/format";
import { is_few } from "../../domain/rates";
import { recent_bars } from "../../domain/trend";
import { colour_slot } from "../../domain/type_colours";
import { rule_label } from "../../parts/alert_line";
import { Few, FewNote } from "../../parts/few";
import { PulseMeter } from "../../parts/pulse_meter";
import { RepositoryActions } from "../../parts/repository_actions";
import { RepositoryName } from "../../parts/repository_name";
import { useInSight } from "../../parts/sight";
import { StatusPill, describe_status } from "../../parts/status";
import { Countdown } from "../../parts/times";
import { TrendLine, useRecent } from "../../parts/trend";
import { now } from "../../state/clock";
import { type Hub, gaps_of } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";

export function Card({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const element = useRef<HTMLLIElement>(null);
  const repository = model.info.value;
  const has_statistics = model.statistics.value !== null;
  const in_sight = useInSight(element);
  useEffect(() => {
    if (in_sight && (has_statistics || !repository.active)) hub.load_window(model);
  }, [model, in_sight, has_statistics, repository.active]);
  useRecent(hub, model, in_sight);
  const { tone, explanation } = describe_status(repository);
  return (
    <li ref={element} class={`panel card ${repository.active ? "" : "card-inactive"}`} data-repository={repository.full_name}>
      <div class="card-head">
        <h2>
          <RepositoryName repository={repository} />
        </h2>
        <StatusPill repository={repository} />
        <span class="card-actions">
          <RepositoryActions repository={repository} />
        </span>
      </div>
      {(tone === "bad" || tone === "warn") && <p class={`card-problem tone-${tone}`}>{explanation}</p>}
      <CardAlert alerts={hub.alerts.of(model.key).filter(({ rule }) => rule !== "status")} />
      <CardSparkline model={model} />
      <PulseMeter last_event_at={model.last_event_at.value} usual_interval={model.usual_interval.value} few={model.statistics.value !== null && model.has_few_events.value} />
      <TrendLine model={model} />
      <Averages model={model} />
      <CardFoot model={model} />
      {model.arrivals.value > 0 && <span key={model.arrivals.value} class="flash" aria-hidden="true" />}
    </li>
  );
}

// The status is explained on the card already.
function CardAlert({ alerts }: { alerts: Alert[] }) {
  const [newest] = alerts;
  if (!newest) return null;
  return (
    <p class="card-problem tone-bad">
      <strong>{rule_label(newest.rule)}</strong> · {as_sentence(newest.summary)}
      {alerts.length > 1 && ` And ${plural(alerts.length - 1, "other alert")}.`}
    </p>
  );
}

// The last seven days, on every card.
function CardSparkline({ model }: { model: RepositoryModel }) {
  const [entries, extent, recent] = [model.entries.value, model.extent.value, model.recent.value];
  if (extent === "all" && entries.length === 0 && recent === null) return null;
  if (extent === "none" && entries.length === 0) return <div class={`sparkline-space ${model.info.value.active ? "skeleton" : ""}`} />;
  const oldest = entries.at(-1)?.at ?? now.peek();
  const { active, last_polled_at } = model.info.value;
  const minute = Math.ceil(now.value / kMinute) * kMinute;
  // What is asked for rarely is still watched: events since the last poll will come.
  const watched_until = active ? minute : parse_time(last_polled_at);
  const bars = recent_bars({ recent, points: entries, points_from: oldest, watched_until, now: minute });
  return (
    <div class="sparkline-space">
      <Sparkline bars={bars} gaps={gaps_of(model.info.value)} />
      <p class="sparkline-scale" aria-hidden="true">
        <span>7 d ago</span>
        <span>now</span>
      </p>
    </div>
  );
}

const kAveragesShown = 6;

function Averages({ model }: { model: RepositoryModel }) {
  const types = [...(model.statistics.value?.types ?? [])].sort((a, b) => b.events - a.events || a.type.localeCompare(b.type));
  if (types.length === 0) return null;
  const number_shown = types.length > kAveragesShown ? kAveragesShown - 1 : kAveragesShown;
  const shown = types.slice(0, number_shown);
  const marked = (row: TypeStatistics) => row.average_seconds !== null && is_few(row);
  return (
    <div>
      <ul class="averages" aria-label="Average time between events, by type">
        {shown.map((row) => (
          <li key={row.type} title={`${type_label(row.type)}: ${plural(row.events, "event")}, ${row.average_seconds === null ? "too few for an average" : `on average one every ${format_duration(row.average_seconds)}`}`}>
            <span class={`dot type-${colour_slot(row.type)}`} />
            <span class="averages-type">{type_label(row.type)}</span>{" "}
            <b>
              <Few few={marked(row)} events={row.events}>{format_duration(row.average_seconds)}</Few>
            </b>
          </li>
        ))}
        {types.length > number_shown && <li class="muted">{types.length - number_shown} more types</li>}
      </ul>
      {shown.some(marked) && <FewNote />}
    </div>
  );
}

function CardFoot({ model }: { model: RepositoryModel }) {
  const repository = model.info.value;
  const window = model.statistics.value?.window;
  const [from, to] = [parse_time(window?.from), parse_time(window?.to)];
  return (
    <p class="card-foot muted">
      {window && from !== null && to !== null ? (
        <span title={window.rule}>
          {plural(window.events, "event")} in {format_duration(to - from)}
          {model.rate.value !== null && (
            <>
              {" "}
              · <Few few={model.has_few_events.value} events={window.events}>{format_rate(model.rate.value)} per hour</Few>
            </>
          )}
          {window.complete ? "" : <em class="incomplete" title="Events may be missing in this window">with gaps</em>}
        </span>
      ) : (
        <span>{plural(repository.events_stored, "event")} stored</span>
      )}
      {repository.active && (
        <span>
          next poll <Countdown at={parse_time(repository.next_poll_at)} />
        </span>
      )}
    </p>
  );
}
