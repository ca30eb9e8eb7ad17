// Reads which page the address names after its `#`.

export type Route =
  | { page: "overview"; options: URLSearchParams }
  | { page: "repository"; full_name: string; options: URLSearchParams }
  | { page: "poller"; options: URLSearchParams }
  | { page: "alerts"; options: URLSearchParams }
  | { page: "unknown"; options: URLSearchParams };

export function parse_route(hash_text: string): Route {
  const [path = "", query = ""] = hash_text.replace(/^#\/?/, "").split("?", 2);
  const options = new URLSearchParams(query);
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return { page: "overview", options };
  if (parts.length === 1 && parts[0] === "poller") return { page: "poller", options };
  if (parts.length === 1 && parts[0] === "alerts") return { page: "alerts", options };
  if (parts.length === 3 && parts[0] === "repos") return { page: "repository", full_name: `${decode(parts[1]!)}/${decode(parts[2]!)}`, options };
  return { page: "unknown", options };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
