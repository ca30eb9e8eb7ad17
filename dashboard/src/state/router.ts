// The page that the address names. It stands behind `#`, so the server only ever sees one address.
import { computed, signal } from "@preact/signals";

export type Route =
  | { page: "overview"; options: URLSearchParams }
  | { page: "repository"; full_name: string; options: URLSearchParams }
  | { page: "poller"; options: URLSearchParams }
  | { page: "unknown"; options: URLSearchParams };

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => parse_route(hash.value));

export function parse_route(hash_text: string): Route {
  const [path = "", query = ""] = hash_text.replace(/^#\/?/, "").split("?", 2);
  const options = new URLSearchParams(query);
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return { page: "overview", options };
  if (parts.length === 1 && parts[0] === "poller") return { page: "poller", options };
  if (parts.length === 3 && parts[0] === "repos") return { page: "repository", full_name: `${decode(parts[1]!)}/${decode(parts[2]!)}`, options };
  return { page: "unknown", options };
}

export function repository_address(full_name: string): string {
  return `#/repos/${full_name.split("/").map(encodeURIComponent).join("/")}`;
}

// Changes what stands behind `?` without a new entry in the browser's history; null removes.
export function set_option(name: string, value: string | null): void {
  const options = new URLSearchParams(route.value.options);
  if (value === null) options.delete(name);
  else options.set(name, value);
  const [path] = (location.hash || "#/").split("?", 1);
  const query = options.toString();
  history.replaceState(null, "", query ? `${path}?${query}` : path);
  hash.value = location.hash;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
