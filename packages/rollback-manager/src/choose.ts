import { type Applied, type Dependency, MigrateError, type MigrationNames, resolveId } from '@whimbrel/core'

/** Which applied migrations to take back; at most one of the first four. */
export interface RollbackSelection {
  /** The n most recently applied; default 1. */
  readonly steps?: number | undefined
  /** Everything applied after this id, version or unambiguous prefix; it stays itself. */
  readonly to?: string | undefined
  /** This one. */
  readonly only?: string | undefined
  readonly all?: boolean | undefined
  /** Take back what depends on the chosen ones, too. */
  readonly cascade?: boolean | undefined
}

/** Versions that a selection means, from the records alone. Throws USAGE, MIGRATION_UNKNOWN, MIGRATION_AMBIGUOUS. */
export function choose(state: MigrationNames, selection: RollbackSelection): readonly string[] {
  checkSelection(selection)
  const chosen = chooseRecords(state, selection)
  const complete = selection.cascade === true ? withDependents(chosen, state.applied) : chosen
  return complete.map(({ version }) => version)
}

function checkSelection({ steps, to, only, all }: RollbackSelection): void {
  const given = Object.entries({ '--steps': steps, '--to': to, '--only': only, '--all': all || undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  if (given.length > 1) {
    throw new MigrateError('USAGE', `${given.join(' and ')} contradict each other`, {
      hint: 'Give only one of --steps, --to, --only and --all',
    })
  }
  if (steps !== undefined && (!Number.isSafeInteger(steps) || steps < 1)) {
    throw new MigrateError('USAGE', `${steps} is not a number of steps`, {
      hint: 'Give --steps a whole number from 1',
    })
  }
}

function chooseRecords(state: MigrationNames, selection: RollbackSelection): readonly Applied[] {
  const { applied } = state
  if (selection.all === true) return applied
  if (selection.only !== undefined) return [findApplied(state, selection.only)]
  if (selection.to === undefined) return applied.slice(-(selection.steps ?? 1))
  const stays = findApplied(state, selection.to)
  return applied.filter(({ sequence }) => sequence > stays.sequence)
}

function findApplied({ applied, available }: MigrationNames, query: string): Applied {
  const recorded = new Set(applied.map((record) => record.version))
  const pending = available.filter((item) => !recorded.has(item.version))
  const { id, version } = resolveId(query, [...applied, ...pending])
  const record = applied.find((entry) => entry.version === version)
  if (record !== undefined) return record
  throw new MigrateError('MIGRATION_UNKNOWN', `${id} is not applied, so there is nothing to roll back`, {
    hint: 'Run "whimbrel status" to see what is applied',
    details: { migration: id },
  })
}

/** The chosen ones and everything that depends on them, directly or not, in whatever order they were applied. */
function withDependents(chosen: readonly Applied[], applied: readonly Applied[]): readonly Applied[] {
  const complete = new Set(chosen)
  // A set that grows while it is walked through: what is added gets its turn, too.
  for (const target of complete) {
    for (const record of applied) {
      if (record.dependsOn.some((entry) => means(entry, target))) complete.add(record)
    }
  }
  return [...complete]
}

function means({ database, target }: Dependency, record: Applied): boolean {
  return (
    database === undefined && (target === record.id || target.replace(/^0+(?=\d+$)/, '') === record.version)
  )
}
