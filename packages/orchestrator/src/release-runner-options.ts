import { checkOptionNames, MigrateError, type Runner, type StopSignal, suggest, usage } from '@whimbrel/core'
import type { ReleaseDatabase } from './release-database.ts'
import type { ReleaseEvent } from './release-event.ts'

export interface ReleaseRunnerOptions {
  /** All databases of the product, in their order; a request picks those that it is about. */
  readonly databases: readonly ReleaseDatabase[]
  /** Who runs; default: an unnamed application. */
  readonly runner?: Partial<Runner> | undefined
  /** Environment, for migrations that are only for some. */
  readonly environment?: string | undefined
  /** Stops between two statements; an atomic run that is decided is finished first. */
  readonly signal?: StopSignal | undefined
  /**
   * Called synchronously, and what it throws changes nothing: at an event of one database it becomes a finding of that
   * database's report, LISTENER_FAILED.
   */
  readonly onEvent?: ((event: ReleaseEvent) => unknown) | undefined
}

const knownOptions = [
  'databases',
  'runner',
  'environment',
  'signal',
  'onEvent',
] satisfies (keyof ReleaseRunnerOptions)[]

/** Throws USAGE for an option that does not exist, for no database, and for a name that is there twice. */
export function checkOptions(options: ReleaseRunnerOptions): void {
  checkOptionNames('ReleaseRunner', Object.keys(options), knownOptions)
  const names = options.databases.map(({ name }) => name)
  if (names.length === 0) throw usage('There is no database to run anything on', 'Give at least one')
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw usage(`Two databases are called ${twice}`, 'Give each database a name of its own')
}

/** The databases with these names, in the order of all. Throws DATABASE_UNKNOWN. */
export function pickDatabases(
  all: readonly ReleaseDatabase[],
  names: readonly string[] | undefined,
): readonly ReleaseDatabase[] {
  if (names === undefined) return all
  const known = all.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return all.filter(({ name }) => names.includes(name))
  const near = suggest(unknown, known)
  throw new MigrateError('DATABASE_UNKNOWN', `There is no database "${unknown}"`, {
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}Known: ${known.join(', ')}`,
    details: { database: unknown, known },
  })
}
