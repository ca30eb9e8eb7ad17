// What a table says of a name that somebody else chose: names like `constructor` are in no table, though objects have them.
export function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
