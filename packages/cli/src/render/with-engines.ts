/**
 * Names of databases, with their engines where these differ: `settings (sqlite)`, `accounts (postgres)`. Where all are of one
 * engine, or nobody knows them, the names say enough.
 */
export function withEngines(
  names: readonly string[],
  engines: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const known = new Set(names.map((name) => engines[name]))
  if (known.size < 2) return names
  return names.map((name) => (engines[name] === undefined ? name : `${name} (${engines[name]})`))
}
