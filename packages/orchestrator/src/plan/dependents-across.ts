import type { Finding } from '@whimbrel/core'
import { isKnown, type KnownDatabase } from './known-database.ts'
import type { KnownRecords } from './known-records.ts'
import type { ReleaseFinding } from './release-plan.ts'

/** What goes with a rollback: the chosen records and everything that depends on them, in any database. */
export function withDependents(records: KnownRecords, chosen: readonly number[]): ReadonlySet<number> {
  const going = new Set(chosen)
  // A set that grows while it is walked through: what is added gets its turn, too.
  for (const number of going) for (const dependent of records.dependents[number] ?? []) going.add(dependent)
  return going
}

/** Records that would stay, in other databases, although they depend on what goes: a blocking finding for each that goes. */
export function dependentsAcross(
  records: KnownRecords,
  going: ReadonlySet<number>,
): readonly ReleaseFinding[] {
  return [...going].flatMap((number) => {
    const target = records.all[number]
    const staying = (records.dependents[number] ?? []).filter((dependent) => !going.has(dependent))
    const names = staying
      .map((dependent) => records.all[dependent])
      .filter((dependent) => dependent?.database !== target?.database)
      .map((dependent) => `${dependent?.database}:${dependent?.record.id}`)
    if (target === undefined || names.length === 0) return []
    return [needed(target.database, { id: target.record.id, names })]
  })
}

function needed(database: string, { id, names }: { id: string; names: readonly string[] }): ReleaseFinding {
  return {
    database,
    code: 'HAS_DEPENDENTS',
    migration: id,
    message: `${database}:${id} cannot be rolled back alone: ${names.join(', ')} ${names.length === 1 ? 'depends' : 'depend'} on it`,
    hint: 'Add --cascade to roll them back first, in their databases, too',
    blocking: true,
    details: { dependents: names },
  }
}

/** What databases whose records could not be read may have that depends on what goes. */
export function dependentsUnseen(
  databases: readonly KnownDatabase[],
  { records, going }: { readonly records: KnownRecords; readonly going: ReadonlySet<number> },
): readonly ReleaseFinding[] {
  return databases.flatMap(({ name, state }): ReleaseFinding[] => {
    if (isKnown(state)) return []
    if (state.available === undefined) return [unseen(name, { why: state.unknown, names: [] })]
    const names = state.available
      .filter(({ dependsOn }) =>
        dependsOn.some(({ database, target }) => {
          const number = database === undefined ? undefined : records.numberOf(database, target)
          return number !== undefined && going.has(number)
        }),
      )
      .map(({ id }) => `${name}:${id}`)
    return [names.length === 0 ? harmless(name, state.unknown) : unseen(name, { why: state.unknown, names })]
  })
}

function unseen(database: string, { why, names }: { why: string; names: readonly string[] }): ReleaseFinding {
  const what =
    names.length === 0
      ? 'neither its records nor its migrations tell what depends on this rollback'
      : `${names.join(', ')} ${names.length === 1 ? 'depends' : 'depend'} on what is to be rolled back, and may be applied`
  return {
    database,
    code: 'HAS_DEPENDENTS',
    message: `${database} could not be looked at (${why}): ${what}`,
    hint: `See "whimbrel status --db ${database}", and run this again when ${database} can be read`,
    blocking: true,
    details: { dependents: names },
  }
}

function harmless(database: string, why: string): Finding & { readonly database: string } {
  return {
    database,
    code: 'DATABASE_UNREACHABLE',
    message: `${database} could not be looked at (${why}); none of its migrations depends on what is rolled back`,
    hint: `See "whimbrel status --db ${database}"`,
    blocking: false,
  }
}
