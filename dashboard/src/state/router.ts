// Which page is shown. The address names it after `#`, so the server always sees the same address.
import { computed, signal } from "@preact/signals";

import { parseRoute } from "../domain/route";

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  keepOptions(parseRoute(hash.value).options);
  hash.value = location.hash;
});

// Options that hold on every page stay in the address when the reader goes to another page.
const KEPT_OPTIONS = ["actors"];

function keepOptions(before: URLSearchParams): void {
  const kept = KEPT_OPTIONS.filter((name) => before.has(name) && !parseRoute(location.hash).options.has(name));
  if (kept.length === 0) return;
  const [path = "#/", query = ""] = (location.hash || "#/").split("?", 2);
  const options = new URLSearchParams(query);
  for (const name of kept) options.set(name, before.get(name)!);
  history.replaceState(null, "", `${path}?${options}`);
}

export const route = computed(() => parseRoute(hash.value));

// The query of an address. Slashes and commas need no escape in it.
function queryOf(options: URLSearchParams): string {
  const text = options.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

function withKept(options: Record<string, string> = {}): string {
  const kept = KEPT_OPTIONS.flatMap((name) => {
    const value = route.value.options.get(name);
    return value === null ? [] : [[name, value]];
  });
  return queryOf(new URLSearchParams([...Object.entries(options), ...kept]));
}

const keptQuery = computed(() => withKept());

export function repositoryAddress(fullName: string): string {
  return `#/repos/${fullName.split("/").map(encodeURIComponent).join("/")}${keptQuery.value}`;
}

// `options`: further choices of that page, such as its range.
export function compareAddress(fullNames: string[], options: Record<string, string> = {}): string {
  return `#/compare${withKept({ ...(fullNames.length > 0 ? { repos: fullNames.join(",") } : {}), ...options })}`;
}

// Changes an option after `?` without a new entry in the browser's history; null removes it.
export function setOption(name: string, value: string | null): void {
  setOptions({ [name]: value });
}

// Several at once: each change of the address takes the browser a millisecond or two.
export function setOptions(changes: Record<string, string | null>): void {
  const options = new URLSearchParams(route.value.options);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) options.delete(name);
    else options.set(name, value);
  }
  const [path] = (location.hash || "#/").split("?", 1);
  history.replaceState(null, "", `${path}${queryOf(options)}`);
  hash.value = location.hash;
}
