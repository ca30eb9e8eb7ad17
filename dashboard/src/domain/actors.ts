// Whose events count: everybody's, those of people, or those of robots. Robots are told by their logins, as the server says.
export type Actors = "all" | "people" | "bots";

export const ACTORS_LABELS: Record<Actors, string> = { all: "Everybody", people: "People", bots: "Robots" };

export function readActors(text: string | null): Actors {
  return text === "people" || text === "bots" ? text : "all";
}

// A login in which each `*` stands for any number of characters. Upper and lower case of ASCII are the same.
export function matchesLogin(pattern: string, login: string): boolean {
  const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const [first = "", ...parts] = lower(pattern).split("*");
  const name = lower(login);
  if (parts.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = parts.pop()!;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

// `bots`: the patterns of robots' logins.
export function includesLogin(actors: Actors, bots: readonly string[], login: string): boolean {
  return actors === "all" || (actors === "bots") === bots.some((pattern) => matchesLogin(pattern, login));
}

// For the end of a query that has parameters already.
export function actorsParameter(actors: Actors): string {
  return actors === "all" ? "" : `&actors=${actors}`;
}
