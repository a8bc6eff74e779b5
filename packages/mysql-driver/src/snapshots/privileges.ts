/** What a user may do in a database, given the lines of SHOW GRANTS: `SELECT`, `SHOW VIEW` … or `ALL PRIVILEGES`. */
export function privilegesOn(grants: readonly string[], database: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const grant of grants) {
    const [, privileges = '', place = ''] = /^GRANT (.*) ON ((?:`(?:[^`]|``)*`|\*)\.\*) TO /.exec(grant) ?? []
    if (!means(place, database)) continue
    for (const privilege of privileges.split(', ')) found.add(privilege)
  }
  return found
}

/** Those of the wanted privileges that are missing. */
export function missingPrivileges(
  privileges: ReadonlySet<string>,
  wanted: readonly string[],
): readonly string[] {
  return privileges.has('ALL PRIVILEGES') ? [] : wanted.filter((privilege) => !privileges.has(privilege))
}

/** The name of a database in a grant is a pattern: `%` and `_` stand for others, unless with a backslash. */
function means(place: string, database: string): boolean {
  if (place === '*.*') return true
  const pattern = place.slice(1, -3).replaceAll('``', '`')
  const parts = pattern.match(/\\.|[^\\]/gs) ?? []
  const source = parts.map((part) => (part === '%' ? '.*' : part === '_' ? '.' : quoted(part.slice(-1))))
  return place !== '' && new RegExp(`^${source.join('')}$`, 's').test(database)
}

function quoted(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
}
