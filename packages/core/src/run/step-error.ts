import { MigrateError } from '../migrate-error.ts'
import type { Script, Statement } from '../model/script.ts'
import type { Step } from '../plan/plan.ts'
import type { Damage } from '../ports/driver.ts'
import { columnAt, lineAt } from '../sql/position.ts'

/** Says where in the file a statement failed, keeping the engine's own message and code. */
export function statementError(
  error: unknown,
  where: { step: Step; script: Script; index: number },
): MigrateError {
  const { step, script, index } = where
  const cause = asMigrateError(error)
  const { line, column } = placeOf(script, script.statements[index] as Statement, cause.details.position)
  const at = column === undefined ? line : `${line}:${column}`
  const place = script.file === undefined ? `line ${at}` : `${script.file}:${at}`
  const count = `statement ${index + 1} of ${script.statements.length}`
  const isStopped = cause.code === 'INTERRUPTED'
  const what = isStopped ? 'was interrupted' : 'failed'
  const why = isStopped ? '' : `: ${cause.message}`
  return new MigrateError(cause.code, `${step.id} ${what} at ${place} (${count})${why}`, {
    hint: isStopped ? 'Run the same command again to go on from here' : cause.hint,
    details: {
      ...cause.details,
      migration: step.id,
      file: script.file,
      line,
      ...(column === undefined ? {} : { column }),
      statement: index + 1,
    },
    cause: error,
  })
}

/**
 * Where the engine saw the error, as far as it says: `position` is a 1-based number of characters in the statement.
 */
function placeOf(
  { sql }: Script,
  { start, end, line }: Statement,
  position: unknown,
): { readonly line: number; readonly column?: number } {
  if (typeof position !== 'number') return { line }
  // A character beyond the first 65,536 counts as one, and as two in the text.
  const before = Array.from(sql.slice(start, end))
    .slice(0, position - 1)
    .join('')
  const lines = lineAt(before, before.length) - 1
  return { line: line + lines, column: columnAt(sql, start + before.length) }
}

/** Refuses a step that broke something its text does not speak of; undefined when nothing is broken. */
export function damageError(step: Step, damage: Damage): MigrateError | undefined {
  const details = { migration: step.id, file: step.migration.file, ...damage }
  const [loss] = damage.losses
  if (loss !== undefined) {
    return new MigrateError('ROWS_LOST', `${step.id} deleted ${lost(damage)}, which it never names`, {
      hint: `Keep the rows, or declare the loss in the header: -- Expect-Loss: ${damage.losses.map(({ table }) => table).join(', ')}`,
      details,
    })
  }
  if (damage.violations.length + damage.dangling.length === 0) return undefined
  return new MigrateError('FOREIGN_KEYS_VIOLATED', `${step.id} breaks foreign keys: ${broken(damage)}`, {
    hint: 'Correct the rows in the same migration, or rebuild the table in the order create new, copy, drop old, rename',
    details,
  })
}

function lost({ losses }: Damage): string {
  return losses
    .map(({ table, rows }) => `${rows} ${rows === 1 ? 'row' : 'rows'} of the table ${table}`)
    .join(' and ')
}

function broken({ violations, dangling }: Damage): string {
  return [
    ...violations.map(
      ({ table, parent, count }) =>
        `${count} ${count === 1 ? 'row' : 'rows'} of ${table} without a row in ${parent}`,
    ),
    ...dangling.map(({ table, parent }) => `${table} refers to ${parent}, which no longer exists`),
  ].join('; ')
}

/** Everything thrown as the one error class. */
export function asMigrateError(error: unknown): MigrateError {
  if (MigrateError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MigrateError('INTERNAL', message, {
    hint: 'This is a defect of the tool or of a hook: report it with the cause shown here',
    cause: error,
  })
}
