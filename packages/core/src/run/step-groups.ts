import { MigrateError } from '../migrate-error.ts'
import type { TransactionMode } from '../model/transaction-mode.ts'
import type { Step } from '../plan/plan.ts'
import { whyOutside } from '../plan/why-outside.ts'

/** Steps that run in one transaction, or the one step that runs outside any. */
export interface StepGroup {
  readonly steps: readonly Step[]
  readonly transactional: boolean
  /** Foreign keys are enforced while the group runs. */
  readonly foreignKeys: boolean
}

/** Divides steps into groups, in order. Throws USAGE where `all` is asked of steps that cannot share one. */
export function stepGroups(steps: readonly Step[], mode: TransactionMode): readonly StepGroup[] {
  const groups: { steps: Step[]; transactional: boolean; foreignKeys: boolean }[] = []
  for (const step of steps) {
    const { transactional, foreignKeys } = step.migration
    const last = groups.at(-1)
    const joins = mode !== 'each' && transactional && last?.transactional && last.foreignKeys === foreignKeys
    if (joins) last.steps.push(step)
    else groups.push({ steps: [step], transactional, foreignKeys })
  }
  if (mode === 'all' && (groups.length > 1 || steps.some(committing))) throw cannotShare(steps)
  return groups
}

/** Nothing of the file says that it cannot be undone, and `all` says that everything can. */
function committing({ migration }: Step): boolean {
  return migration.commits !== undefined
}

function cannotShare(steps: readonly Step[]): MigrateError {
  const committed = steps.find(committing)
  if (committed !== undefined) return cannotBeUndone(committed)
  const outside = steps.find(({ migration }) => !migration.transactional)
  const odd = outside ?? steps.find(({ migration }) => migration.foreignKeys) ?? steps[0]
  const header = outside === undefined ? 'Foreign-Keys: on' : 'Transaction: none'
  return new MigrateError(
    'USAGE',
    `${odd?.id} is declared "${header}" and cannot share one transaction with the other migrations`,
    {
      hint: 'Set "transaction" of this database to "batch" or "each", or apply up to the one before it and then it alone with --steps 1',
      details: { migration: odd?.id },
    },
  )
}

function cannotBeUndone({ id, migration }: Step): MigrateError {
  const reason = whyOutside({ ...migration, id })
  return new MigrateError('USAGE', `${reason}: no transaction can undo all of the migrations`, {
    hint: 'Set "transaction" of this database to "each": a migration with such statements runs them one after the other, and "whimbrel retry" goes on where it stopped',
    details: { migration: id },
  })
}
