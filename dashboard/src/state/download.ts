// Loads what a download needs, and saves it as a file.
import { type Client, repositoryPath } from "../api/client";
import type { GitHubEvent } from "../api/types";
import type { Actors } from "../domain/actors";
import { queryTime } from "../domain/format";

export function saveFile(name: string, contentType: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: contentType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function fileName(fullName: string, what: string, ending: string): string {
  return `${fullName.replace("/", "__")}-${what}.${ending}`;
}

const MOST_EVENTS = 20_000;

export interface Wanted {
  since: number;
  until: number;
  types: string[]; // none: all
  actors: Actors;
}

// The stored events of a time span, newest first, as GitHub sent them. `whole` is false if there are more than MOST_EVENTS.
export async function eventsBetween(
  client: Client,
  fullName: string,
  { since, until, types, actors }: Wanted,
): Promise<{ events: GitHubEvent[]; whole: boolean }> {
  const query = new URLSearchParams({
    since: queryTime(since),
    until: queryTime(until),
    per_page: "100",
    ...(types.length === 0 ? {} : { type: types.join(",") }),
    ...(actors === "all" ? {} : { actors }),
  });
  const events = new Map<string, GitHubEvent>();
  for (let page = 1; events.size < MOST_EVENTS; page++) {
    query.set("page", String(page));
    const { items, more } = await client.page<GitHubEvent>(repositoryPath(fullName, `/events/?${query}`));
    for (const event of items) events.set(`${event.id} ${event.created_at}`, event);
    if (!more) return { events: [...events.values()], whole: true };
  }
  return { events: [...events.values()], whole: false };
}
