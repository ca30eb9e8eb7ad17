// The page about one repository: figures, timeline, time between events, activity by hour, accounts, latest events.
import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, repositoryPath } from "../api/client";
import type { Forecast, Statistics } from "../api/types";
import { forecastHours, type HourSpan } from "../domain/forecast";
import { GitHubSite } from "../domain/links";
import { ActorsSwitch } from "../parts/actors_switch";
import { AlertsNotice } from "../parts/alerts_notice";
import { Icon } from "../parts/icons";
import { Loading } from "../parts/loading";
import { RepositoryActions } from "../parts/repository_actions";
import { describeStatus, StatusPill } from "../parts/status";
import { useRecent } from "../parts/trend";
import type { Hub } from "../state/hub";
import type { RepositoryModel } from "../state/repository_model";
import { compareAddress, route, setOption } from "../state/router";
import { AccountsPanel } from "./repository/accounts_panel";
import { Downloads } from "./repository/downloads";
import { EventsPanel } from "./repository/events_panel";
import { Figures } from "./repository/figures";
import { HourPanel } from "./repository/hour_panel";
import { type PageRange, useRange } from "./repository/range";
import { useRangeEvents } from "./repository/range_events";
import { useRangeStatistics } from "./repository/range_figures";
import { TimelinePanel } from "./repository/timeline_panel";
import { TypeTable } from "./repository/type_table";

const FORECAST_EVERY_MILLIS = 300_000;

export function RepositoryPage({ hub, fullName }: { hub: Hub; fullName: string }) {
  const model = hub.repositories.value ? hub.find(fullName) : undefined;
  if (hub.repositories.value === null) return <Loading />;
  if (!model)
    return (
      <div class="panel empty">
        <h1 tabIndex={-1}>{fullName} is not on this server</h1>
        <p class="muted">It was removed or never added.</p>
        <a class="button" href="#/">
          All repositories
        </a>
      </div>
    );
  return <RepositoryDetails key={model.key} hub={hub} model={model} />;
}

function RepositoryDetails({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const repository = model.info.value;
  const hiddenOption = route.value.options.get("hide") ?? "";
  const hidden = useMemo<ReadonlySet<string>>(
    () => new Set(hiddenOption.split(",").filter((type) => type !== "")),
    [hiddenOption],
  );
  const forecast = useForecast(hub, repository.full_name);
  const range = useRange(hub, model, forecast);
  const events = useRangeEvents(hub, model, range);
  const statistics = useRangeStatistics(hub, model, range);
  useEffect(() => {
    hub.loadWindow(model);
    if (!model.statistics.value) hub.refreshStatistics(repository.full_name).catch(() => {});
  }, [model]);
  useRecent(hub, model, true);
  const toggle = (type: string) => {
    const next = new Set(hidden);
    if (!next.delete(type)) next.add(type);
    setOption("hide", next.size === 0 ? null : [...next].join(","));
  };
  const { tone, explanation } = describeStatus(repository);
  return (
    <div class="repository">
      <Head hub={hub} model={model} range={range} hidden={hidden} statistics={statistics} />
      {(tone === "bad" || tone === "warn") && (
        <p class={`notice tone-${tone}`}>
          <Icon name="warning" /> {explanation}
        </p>
      )}
      <AlertsNotice alerts={hub.alerts.of(model.key)} named={false} />
      <Figures model={model} statistics={statistics} range={range} />
      <TimelinePanel
        hub={hub}
        model={model}
        range={range}
        events={events}
        eventsInRange={statistics?.window.events ?? null}
        hidden={hidden}
        onToggle={toggle}
        forecast={forecast}
      />
      <div class="repository-detail">
        <TypeTable statistics={statistics} range={range} events={events} hidden={hidden} />
        <HourPanel hub={hub} model={model} range={range} events={events} hidden={hidden} />
        <AccountsPanel range={range} events={events} hidden={hidden} />
        <EventsPanel range={range} events={events} hidden={hidden} />
      </div>
    </div>
  );
}

function useForecast(hub: Hub, fullName: string): HourSpan[] {
  const [hours, setHours] = useState<HourSpan[]>([]);
  useEffect(() => {
    if (hub.actors !== "all") return setHours([]); // the forecast is about everybody
    let left = false;
    const load = async () => {
      try {
        const answer = await hub.client.get<Forecast>(repositoryPath(fullName, "/forecast"));
        if (!left) setHours(forecastHours(answer));
      } catch (error) {
        if (!left && error instanceof ApiError && error.reason === "not_found") setHours([]);
      }
    };
    void load();
    const timer = setInterval(() => void load(), FORECAST_EVERY_MILLIS);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [hub, fullName]);
  return hours;
}

interface HeadProps {
  hub: Hub;
  model: RepositoryModel;
  range: PageRange;
  hidden: ReadonlySet<string>;
  statistics: Statistics | null;
}

function Head({ hub, model, range, hidden, statistics }: HeadProps) {
  const repository = model.info.value;
  return (
    <div class="page-head">
      <div class="title">
        <nav aria-label="Breadcrumb" class="breadcrumb">
          <a href="#/">Repositories</a>
          <span aria-hidden="true">/</span>
        </nav>
        <h1 tabIndex={-1}>
          <span class="owner">{repository.owner.login}/</span>
          <wbr />
          {repository.name}
        </h1>
        <StatusPill repository={repository} />
        <ActorsSwitch />
      </div>
      <div class="page-actions">
        <RepositoryActions repository={repository} labelled />
        <a
          class="button quiet"
          href={GitHubSite.of(repository.html_url).repository(repository.full_name)}
          target="_blank"
          rel="noopener noreferrer"
        >
          <Icon name="external" /> GitHub
        </a>
        <a
          class="button quiet"
          href={compareAddress([repository.full_name], comparedOptions(range, hidden, statistics))}
        >
          <Icon name="compare" /> Compare with…
        </a>
        <Downloads hub={hub} model={model} range={range} hidden={hidden} statistics={statistics} />
      </div>
    </div>
  );
}

// The comparison begins with what this page shows.
function comparedOptions(
  range: PageRange,
  hidden: ReadonlySet<string>,
  statistics: Statistics | null,
): Record<string, string> {
  const types = (statistics?.types ?? []).map(({ type }) => type).filter((type) => !hidden.has(type));
  return {
    ...(range.choice === "window" ? {} : { range: range.name }),
    ...(hidden.size > 0 && types.length > 0 ? { types: types.join(",") } : {}),
  };
}
