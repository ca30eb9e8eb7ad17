// The filters, the order and the view of the overview. The address holds them.
import { useEffect, useRef } from "preact/hooks";

import { formatCount } from "../../domain/format";
import { overviewCsv } from "../../domain/overview_csv";
import { ActorsSwitch } from "../../parts/actors_switch";
import { Icon } from "../../parts/icons";
import { saveFile } from "../../state/download";
import { setOption, setOptions } from "../../state/router";
import { FILTERS, type Filter, type Row, type Sort } from "./rows";

const FILTER_LABELS: Record<Filter, string> = {
  all: "All",
  active: "Active",
  inactive: "Inactive",
  trouble: "Needs a look",
};
const SORT_LABELS: Record<Sort, string> = {
  rate: "Busiest first",
  name: "Name",
  recent: "Latest event",
  silence: "Unusually quiet first",
  next: "Next poll",
  status: "Status",
  average: "Usual interval",
  window: "Events in the window",
  stored: "Events stored",
};

interface ToolbarProps {
  rows: Row[];
  shown: Row[];
  filter: Filter;
  sort: Sort;
  search: string;
  view: "cards" | "table";
}

export function Toolbar({ rows, shown, filter, sort, search, view }: ToolbarProps) {
  const chooseSort = (value: string) => {
    setOptions({ order: null, sort: value === "rate" ? null : value });
  };
  return (
    <div class="toolbar" role="search">
      <Search search={search} />
      <div class="segments" role="group" aria-label="Show">
        {(Object.keys(FILTERS) as Filter[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={filter === name}
            onClick={() => setOption("show", name === "all" ? null : name)}
          >
            {FILTER_LABELS[name]} <span class="count">{formatCount(rows.filter(FILTERS[name]).length)}</span>
          </button>
        ))}
      </div>
      <ActorsSwitch />
      <div class="toolbar-end">
        {view === "cards" && (
          <label class="sort">
            <span class="muted">Sort</span>
            <select class="input" value={sort} onChange={(event) => chooseSort(event.currentTarget.value)}>
              {(Object.keys(SORT_LABELS) as Sort[]).map((name) => (
                <option key={name} value={name}>
                  {SORT_LABELS[name]}
                </option>
              ))}
            </select>
          </label>
        )}
        <div class="segments" role="group" aria-label="View">
          <button type="button" aria-pressed={view === "cards"} onClick={() => setOption("view", "cards")}>
            Cards
          </button>
          <button type="button" aria-pressed={view === "table"} onClick={() => setOption("view", "table")}>
            Table
          </button>
        </div>
        <button
          type="button"
          class="button quiet icon-only"
          aria-label="Download this list as CSV"
          title="Download this list as CSV"
          onClick={() => saveFile("repositories.csv", "text/csv", overviewCsv(shown))}
        >
          <Icon name="download" />
        </button>
      </div>
    </div>
  );
}

function Search({ search }: { search: string }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <label class="search">
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        placeholder="Filter by name"
        aria-label="Filter by name"
        value={search}
        onInput={(event) => setOption("q", event.currentTarget.value || null)}
      />
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a picture of a key cannot take the focus. */}
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
