// The card of one repository: events over time, the last event, average times between events, window, next poll.
import { useEffect, useRef } from "preact/hooks";

import type { Alert, TypeStatistics } from "../../api/types";
import { Sparkline } from "../../charts/sparkline";
import { asSentence, formatDuration, formatRate, parseTime, plural, typeLabel } from "../../domain/format";
import { isFew } from "../../domain/rates";
import { recentBars } from "../../domain/trend";
import { typeClass } from "../../domain/type_colours";
import { ruleLabel } from "../../parts/alert_line";
import { Few, FewNote } from "../../parts/few";
import { PulseMeter } from "../../parts/pulse_meter";
import { RepositoryActions } from "../../parts/repository_actions";
import { RepositoryName } from "../../parts/repository_name";
import { useInSight } from "../../parts/sight";
import { describeStatus, StatusPill } from "../../parts/status";
import { Countdown } from "../../parts/times";
import { TrendLine, useRecent } from "../../parts/trend";
import { now, thisMinute } from "../../state/clock";
import { gapsOf, type Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import { SelectBox } from "./selection";

interface CardProps {
  hub: Hub;
  model: RepositoryModel;
  selected: boolean;
  onSelect: () => void;
}

export function Card({ hub, model, selected, onSelect }: CardProps) {
  const element = useRef<HTMLLIElement>(null);
  const repository = model.info.value;
  const hasStatistics = model.statistics.value !== null;
  const inSight = useInSight(element);
  useEffect(() => {
    if (inSight && (hasStatistics || !repository.active)) hub.loadWindow(model);
  }, [model, inSight, hasStatistics, repository.active]);
  useRecent(hub, model, inSight);
  const { tone, explanation } = describeStatus(repository);
  return (
    <li
      ref={element}
      class={`panel card ${repository.active ? "" : "card-inactive"}`}
      data-repository={repository.full_name}
    >
      <div class="card-head">
        <SelectBox name={repository.full_name} selected={selected} onSelect={onSelect} />
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
      <PulseMeter
        lastEventAt={model.lastEventAt.value}
        usualInterval={model.usualInterval.value}
        few={model.statistics.value !== null && model.hasFewEvents.value}
      />
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
      <strong>{ruleLabel(newest.rule)}</strong> · {asSentence(newest.summary)}
      {alerts.length > 1 && ` And ${plural(alerts.length - 1, "other alert")}.`}
    </p>
  );
}

// The last seven days, on every card.
function CardSparkline({ model }: { model: RepositoryModel }) {
  const [entries, extent, recent] = [model.entries.value, model.events.extent.value, model.recent.value];
  if (extent === "all" && entries.length === 0 && recent === null) return null;
  if (extent === "none" && entries.length === 0)
    return <div class={`sparkline-space ${model.info.value.active ? "skeleton" : ""}`} />;
  const oldest = entries.at(-1)?.at ?? now.peek();
  const { active, last_polled_at: lastPolledAt } = model.info.value;
  const minute = thisMinute.value;
  // What is asked for rarely is still watched: events since the last poll will come.
  const watchedUntil = active ? minute : parseTime(lastPolledAt);
  const bars = recentBars({ recent, points: entries, pointsFrom: oldest, watchedUntil: watchedUntil, now: minute });
  return (
    <div class="sparkline-space">
      <Sparkline bars={bars} gaps={gapsOf(model.info.value)} />
      <p class="sparkline-scale" aria-hidden="true">
        <span>7 d ago</span>
        <span>now</span>
      </p>
    </div>
  );
}

const AVERAGES_SHOWN = 6;

function Averages({ model }: { model: RepositoryModel }) {
  const types = [...(model.statistics.value?.types ?? [])].sort(
    (a, b) => b.events - a.events || a.type.localeCompare(b.type),
  );
  if (types.length === 0) return null;
  const numberShown = types.length > AVERAGES_SHOWN ? AVERAGES_SHOWN - 1 : AVERAGES_SHOWN;
  const shown = types.slice(0, numberShown);
  const marked = (row: TypeStatistics) => row.average_seconds !== null && isFew(row);
  return (
    <div>
      <ul class="averages" aria-label="Average time between events, by type">
        {shown.map((row) => (
          <li
            key={row.type}
            title={`${typeLabel(row.type)}: ${plural(row.events, "event")}, ${row.average_seconds === null ? "too few for an average" : `on average one every ${formatDuration(row.average_seconds)}`}`}
          >
            <span class={`dot ${typeClass(row.type)}`} />
            <span class="averages-type">{typeLabel(row.type)}</span>{" "}
            <b>
              <Few few={marked(row)} events={row.events}>
                {formatDuration(row.average_seconds)}
              </Few>
            </b>
          </li>
        ))}
        {types.length > numberShown && <li class="muted">{types.length - numberShown} more types</li>}
      </ul>
      {shown.some(marked) && <FewNote />}
    </div>
  );
}

function CardFoot({ model }: { model: RepositoryModel }) {
  const repository = model.info.value;
  const window = model.statistics.value?.window;
  const [from, to] = [parseTime(window?.from), parseTime(window?.to)];
  return (
    <p class="card-foot muted">
      {window && from !== null && to !== null ? (
        <span title={window.rule}>
          {plural(window.events, "event")} in {formatDuration(to - from)}
          {model.rate.value !== null && (
            <>
              {" "}
              ·{" "}
              <Few few={model.hasFewEvents.value} events={window.events}>
                {formatRate(model.rate.value)} per hour
              </Few>
            </>
          )}
          {window.complete ? (
            ""
          ) : (
            <em class="incomplete" title="Events may be missing in this window">
              with gaps
            </em>
          )}
        </span>
      ) : (
        <span>{plural(repository.events_stored, "event")} stored</span>
      )}
      {repository.active && (
        <span>
          next poll <Countdown at={parseTime(repository.next_poll_at)} />
        </span>
      )}
    </p>
  );
}
