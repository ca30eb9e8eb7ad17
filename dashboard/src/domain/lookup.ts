// Looks up a name in a table. The name may come from a stranger: `constructor`, which every object has, must find nothing.
export function lookup<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
