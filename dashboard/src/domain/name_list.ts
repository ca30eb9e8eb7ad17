// Reads a pasted list of repositories: names or addresses, one a line or separated by commas. `owner/*` is all of an owner.

export interface ListedName {
  line: number; // from 1
  text: string;
}

export const MOST_NAMES = 1_000; // that the server takes at once

// Leaves out empty lines, lines that begin with # and repetitions.
export function readNames(text: string): ListedName[] {
  const seen = new Set<string>();
  const names: ListedName[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (/^\s*#/.test(line)) continue;
    for (const part of line.split(/[,;\t]/)) {
      const name = part.trim().replace(/^["'`]|["'`]$/g, "");
      if (name === "" || seen.has(name.toLowerCase())) continue;
      seen.add(name.toLowerCase());
      names.push({ line: index + 1, text: name });
    }
  }
  return names;
}

// Does the name mean all repositories of an owner? The server adds them as it finds them.
export function isOwner(name: string): boolean {
  return /\/(\*|%2a)$/i.test(name.trim());
}
