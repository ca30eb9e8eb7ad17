// Which page is shown. The address names it after `#`, so the server always sees the same address.
import { computed, signal } from "@preact/signals";

import { parse_route } from "../domain/route";

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  keep_options(parse_route(hash.value).options);
  hash.value = location.hash;
});

// Options that hold on every page stay in the address when the reader goes to another page.
const kKeptOptions = ["actors"];

function keep_options(before: URLSearchParams): void {
  const kept = kKeptOptions.filter((name) => before.has(name) && !parse_route(location.hash).options.has(name));
  if (kept.length === 0) return;
  const [path = "#/", query = ""] = (location.hash || "#/").split("?", 2);
  const options = new URLSearchParams(query);
  for (const name of kept) options.set(name, before.get(name)!);
  history.replaceState(null, "", `${path}?${options}`);
}

export const route = computed(() => parse_route(hash.value));

export function repository_address(full_name: string): string {
  const kept = kKeptOptions.flatMap((name) => (route.value.options.has(name) ? [`${name}=${encodeURIComponent(route.value.options.get(name)!)}`] : []));
  return `#/repos/${full_name.split("/").map(encodeURIComponent).join("/")}${kept.length > 0 ? `?${kept.join("&")}` : ""}`;
}

// Changes an option after `?` without a new entry in the browser's history; null removes it.
export function set_option(name: string, value: string | null): void {
  const options = new URLSearchParams(route.value.options);
  if (value === null) options.delete(name);
  else options.set(name, value);
  const [path] = (location.hash || "#/").split("?", 1);
  const query = options.toString();
  history.replaceState(null, "", query ? `${path}?${query}` : path);
  hash.value = location.hash;
}
