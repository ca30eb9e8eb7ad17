// Asks the server for the events of a repository by hour, day or week, and for the first of them.
import { ApiError, type Client, repositoryPath } from "../api/client";
import type { History, Statistics } from "../api/types";
import { type Actors, actorsParameter } from "../domain/actors";
import type { By } from "../domain/calendar";
import { parseTime, queryTime, timeZone } from "../domain/format";
import type { Span } from "../domain/range";

// Parts of the reader's time zone, or of UTC where the server does not know that zone.
export async function loadHistory(
  client: Client,
  fullName: string,
  { by, from, to }: Span & { by: By },
  actors: Actors,
): Promise<History> {
  const query = `by=${by}&since=${queryTime(from)}&until=${queryTime(to)}${actorsParameter(actors)}`;
  const path = repositoryPath(fullName, `/events/stats/history/?${query}`);
  try {
    return await client.get<History>(`${path}&time_zone=${encodeURIComponent(timeZone())}`);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "invalid") return client.get<History>(path);
    throw error;
  }
}

// The time of the first event that is stored, whoever did it; null if there is none.
export async function firstEvent(client: Client, fullName: string): Promise<number | null> {
  const until = queryTime(Date.now() / 1000);
  const path = repositoryPath(fullName, `/events/stats/?until=${until}&type=none`);
  return parseTime((await client.get<Statistics>(path)).window.from);
}
