// Reads which page the address names after its `#`.

export type Route =
  | { page: "overview"; options: URLSearchParams }
  | { page: "repository"; fullName: string; options: URLSearchParams }
  | { page: "compare"; options: URLSearchParams }
  | { page: "poller"; options: URLSearchParams }
  | { page: "alerts"; options: URLSearchParams }
  | { page: "unknown"; options: URLSearchParams };

export function parseRoute(hashText: string): Route {
  const [path = "", query = ""] = hashText.replace(/^#\/?/, "").split("?", 2);
  const options = new URLSearchParams(query);
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) return { page: "overview", options };
  if (parts.length === 1 && parts[0] === "compare") return { page: "compare", options };
  if (parts.length === 1 && parts[0] === "poller") return { page: "poller", options };
  if (parts.length === 1 && parts[0] === "alerts") return { page: "alerts", options };
  if (parts.length === 3 && parts[0] === "repos")
    return { page: "repository", fullName: `${decode(parts[1]!)}/${decode(parts[2]!)}`, options };
  return { page: "unknown", options };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
