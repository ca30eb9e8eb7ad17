// Which page is shown. The address names it after `#`, so the server always sees the same address.
import { computed, signal } from "@preact/signals";

import { parse_route } from "../domain/route";

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => parse_route(hash.value));

export function repository_address(full_name: string): string {
  return `#/repos/${full_name.split("/").map(encodeURIComponent).join("/")}`;
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
