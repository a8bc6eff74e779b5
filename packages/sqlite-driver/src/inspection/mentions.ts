/** Words of almost every statement: that an object has one of them says nothing. */
const common = new Set(
  (
    'add after alter and as asc autoincrement before begin by cascade case check column constraint create cross default ' +
    'delete desc distinct drop each else end exists for foreign from generated group having if in index insert inner ' +
    'instead integer into is join key left like limit new not null of old on or order primary references rename replace ' +
    'row select set sqlite_schema strict table temp text then to trigger union unique update using values view when where ' +
    'with without'
  ).split(' '),
)

/** Those of the names that say something about what a statement touches. */
export function tellingNames(names: ReadonlySet<string>): readonly string[] {
  return [...names].filter((name) => name !== '' && !common.has(name))
}

/** Says of objects whether they have one of the names, or mention one; without names, of all of them. */
export function mentions(names: ReadonlySet<string> | undefined): (name: string, sql: string) => boolean {
  if (names === undefined) return () => true
  const telling = tellingNames(names)
  return (name, sql) => {
    if (names.has(name.toLowerCase())) return true
    const text = sql.toLowerCase()
    return telling.some((word) => text.includes(word))
  }
}
