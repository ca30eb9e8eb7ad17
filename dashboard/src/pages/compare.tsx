// The page that compares several repositories, and types of events, on one time axis. The address holds all choices.
import { useMemo, useState } from "preact/hooks";

import { ComparisonChart } from "../charts/comparison";
import type { Actors } from "../domain/actors";
import type { By } from "../domain/calendar";
import {
  type Choices,
  type Comparison,
  compare,
  MOST_REPOSITORIES,
  partsOf,
  possible,
  readChoices,
  valuesOf,
} from "../domain/comparison";
import { comparisonCsv } from "../domain/comparison_csv";
import { formatCount, formatDate, plural, typeLabel } from "../domain/format";
import { MOST_LINES } from "../domain/line_looks";
import { isSpan, type Preset, type Span, scaled, shifted, writeRange } from "../domain/range";
import { typeClass } from "../domain/type_colours";
import { ActorsSwitch } from "../parts/actors_switch";
import { Icon } from "../parts/icons";
import { Loading } from "../parts/loading";
import { Presets, Zoom } from "../parts/range_controls";
import { now, thisMinute } from "../state/clock";
import { saveFile } from "../state/download";
import type { Hub } from "../state/hub";
import { route, setOption } from "../state/router";
import { FiguresTable, scaleText } from "./compare/figures_table";
import { useHistories, useSpan } from "./compare/histories";
import { Legend } from "./compare/legend";
import { lineName } from "./compare/line_name";
import { Picker } from "./compare/picker";

const PRESETS: Preset[] = ["day", "week", "month", "all"];
const BY_LABELS: Record<By, string> = { hour: "Hour", day: "Day", week: "Week" };

export function ComparePage({ hub }: { hub: Hub }) {
  const options = route.value.options.toString();
  const choices = useMemo(() => readChoices(new URLSearchParams(options)), [options]);
  if (hub.repositories.value === null) return <Loading />;
  const found = choices.repositories.map((name) => hub.find(name)?.info.value.full_name ?? name);
  const here = found.filter((name) => hub.find(name) !== undefined);
  const names = here.slice(0, MOST_REPOSITORIES);
  return (
    <div class="comparison">
      <div class="page-head">
        <div class="title">
          <h1 tabIndex={-1}>Compare</h1>
          <ActorsSwitch />
        </div>
      </div>
      <section class="panel" aria-label="Repositories">
        <Picker hub={hub} chosen={names} onChange={(all) => setOption("repos", all.join(",") || null)} />
        <Left missing={found.filter((name) => hub.find(name) === undefined)} beyond={here.length - names.length} />
      </section>
      {names.length === 0 ? (
        <div class="panel empty">
          <p>Add the repositories to compare, or select them on the page of all repositories.</p>
        </div>
      ) : (
        <Compared hub={hub} names={names} choices={choices} />
      )}
    </div>
  );
}

// Why not everything that the address names is shown.
function Left({ missing, beyond }: { missing: string[]; beyond: number }) {
  const Named = 3;
  const named = missing.slice(0, Named).join(", ");
  const rest = missing.length > Named ? ` and ${plural(missing.length - Named, "other")}` : "";
  return (
    <>
      {missing.length > 0 && (
        <p class="load-note muted">
          Not on this server: {named}
          {rest}.
        </p>
      )}
      {beyond > 0 && (
        <p class="load-note muted">
          At most {MOST_REPOSITORIES} repositories are compared; {plural(beyond, "other is", "others are")} left out.
        </p>
      )}
    </>
  );
}

function setRange(range: Preset | Span): void {
  setOption("range", range === "week" ? null : writeRange(range));
}

function Compared({ hub, names, choices }: { hub: Hub; names: string[]; choices: Choices }) {
  const [focused, setFocused] = useState<number | null>(null);
  const span = useSpan(hub, names, choices.range);
  const parts = span && partsOf(span, choices.by);
  const { loaded, loading, problem } = useHistories(hub, names, parts);
  const comparison = useMemo(() => compare(loaded, choices, now.peek()), [loaded, choices]);
  const drawn = useMemo(
    () => comparison.lines.map((line) => ({ name: lineName(line), ...valuesOf(line, comparison, choices.scale) })),
    [comparison, choices.scale],
  );
  const view = span ?? { from: now.peek() - 1, to: now.peek() };
  return (
    <section class="panel" aria-labelledby="comparison-title" aria-busy={loading}>
      <div class="panel-head">
        <h2 id="comparison-title">Events over time</h2>
        <Presets presets={PRESETS} chosen={isSpan(choices.range) ? null : choices.range} onChoose={setRange} />
        <ByButtons chosen={parts?.by ?? null} span={view} />
        <Switch
          label="Lines"
          option="lines"
          chosen={choices.split ? "types" : null}
          values={[
            [null, "Repositories", "A line for each repository"],
            ["types", "And types", "A line for each repository and each type of event"],
          ]}
        />
        <Switch
          label="Scale"
          option="scale"
          chosen={choices.scale === "usual" ? "usual" : null}
          values={[
            [null, "Events", "Numbers of events, on one scale for all lines"],
            [
              "usual",
              "× usual",
              "Compared with the average of the same line over this range: 2× is twice as many as usual",
            ],
          ]}
        />
        <Zoom
          onShift={(share) => setRange(shifted(view, share))}
          onScale={(factor) => setRange(scaled(view, factor, thisMinute.value))}
          onReset={() => setRange("week")}
          resetLabel="Back to 7 days"
        />
      </div>
      <TypeChips types={comparison.types} chosen={choices.types} />
      {problem !== null && (
        <p class="load-note field-problem" role="alert">
          {problem}
        </p>
      )}
      {comparison.lines.length > 0 ? (
        <>
          <ComparisonChart
            parts={comparison.parts}
            lines={drawn}
            label={spell(comparison)}
            format={(value) => axisText(choices, value)}
            focused={focused}
            now={now.peek()}
            onZoom={setRange}
            onReset={() => setRange("week")}
          />
          <Legend
            lines={comparison.lines}
            hasLeast={drawn.some(({ least }) => least.some((value) => value !== null))}
            onFocus={setFocused}
          />
          <TooMany comparison={comparison} />
          <div class="panel-head comparison-figures">
            <h3>Figures</h3>
            <button
              type="button"
              class="button"
              onClick={() => saveFile(csvName(hub.actors), "text/csv", comparisonCsv(comparison))}
            >
              <Icon name="download" /> Download as CSV
            </button>
          </div>
          <FiguresTable comparison={comparison} scale={choices.scale} />
        </>
      ) : (
        <p class="muted">{loading ? "Loading…" : "There are no events of these types in this range."}</p>
      )}
    </section>
  );
}

function csvName(actors: Actors): string {
  return actors === "all" ? "comparison.csv" : `comparison-of-${actors}.csv`;
}

function axisText({ scale }: Choices, value: number): string {
  if (scale === "events") return Number.isInteger(value) ? formatCount(value) : "";
  return scaleText(scale, value);
}

function spell({ lines, parts }: Comparison): string {
  const span = `from ${formatDate(parts[0]!.from)} to ${formatDate(parts.at(-1)!.to - 1)}`;
  const each = lines.map(
    (line) => `${lineName(line)}: ${line.complete ? "" : "at least "}${plural(line.total, "event")}`,
  );
  return `${plural(lines.length, "line")} ${span}. ${each.join("; ")}`;
}

function TooMany({ comparison: { lines, left } }: { comparison: Comparison }) {
  if (left === 0) return null;
  return (
    <p class="load-note muted">
      {formatCount(lines.length)} of {formatCount(lines.length + left)} lines are shown, those of the most frequent
      types: more than {MOST_LINES} cannot be told apart. Choose fewer repositories or types to see the others.
    </p>
  );
}

function ByButtons({ chosen, span }: { chosen: By | null; span: Span }) {
  return (
    <div class="segments" role="group" aria-label="Count by">
      {(Object.keys(BY_LABELS) as By[]).map((by) => (
        <button
          key={by}
          type="button"
          aria-pressed={chosen === by}
          disabled={!possible(by, span)}
          onClick={() => setOption("by", by)}
        >
          {BY_LABELS[by]}
        </button>
      ))}
    </div>
  );
}

interface SwitchProps {
  label: string;
  option: string;
  chosen: string | null;
  values: [value: string | null, label: string, title: string][];
}

function Switch({ label, option, chosen, values }: SwitchProps) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {values.map(([value, text, title]) => (
        <button
          key={text}
          type="button"
          title={title}
          aria-pressed={chosen === value}
          onClick={() => setOption(option, value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

// None chosen: all of them count.
function TypeChips({ types, chosen }: { types: string[]; chosen: string[] }) {
  const all = [...types, ...chosen.filter((type) => !types.includes(type))];
  const toggle = (type: string) => {
    const next = chosen.includes(type) ? chosen.filter((each) => each !== type) : [...chosen, type];
    setOption("types", next.join(",") || null);
  };
  if (all.length === 0) return null;
  return (
    <div class="legend type-chips" role="group" aria-label="Types that count">
      <button
        type="button"
        class="chip choice"
        aria-pressed={chosen.length === 0}
        onClick={() => setOption("types", null)}
      >
        All types
      </button>
      {all.map((type) => (
        <button
          key={type}
          type="button"
          class="chip choice"
          aria-pressed={chosen.includes(type)}
          onClick={() => toggle(type)}
        >
          <span class={`dot ${typeClass(type)}`} /> {typeLabel(type)}
        </button>
      ))}
    </div>
  );
}
