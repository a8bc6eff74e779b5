import { MigrateError } from '../migrate-error.ts'
import type { Step } from '../plan/plan.ts'

/** A retry that cannot know whether the statement that was interrupted took effect. */
export function unseenError(
  { id, direction }: Step,
  { sql, number }: { readonly sql: string; readonly number: number },
): MigrateError {
  return new MigrateError(
    'IN_DOUBT',
    `Statement ${number} of the ${direction} of ${id} was interrupted (${startOf(sql)}), and whether it took effect cannot be seen`,
    {
      hint:
        `Look at the database: run "whimbrel retry ${id} --skip" if it took effect, to go on behind it, or ` +
        `"whimbrel retry ${id} --again" if it did not, or may run twice`,
      details: { migration: id, statement: number },
    },
  )
}

/** A retry whose file says something else now than the statement that was interrupted and took effect. */
export function editedWhereItRanError({ id, direction }: Step, number: number): MigrateError {
  return new MigrateError(
    'CHECKSUM_CHANGED',
    `The ${direction} of ${id} was edited where it had already run: statement ${number} was interrupted and took effect`,
    {
      hint: `Put statement ${number} back as it ran and correct only what follows, then retry`,
      details: { migration: id, section: direction, statement: number },
    },
  )
}

/** Up to the first text in it: that may be a password. */
function startOf(sql: string): string {
  const [plain = ''] = sql.trim().split(/['"$]/, 1)
  const start = plain.trim().split(/\s+/).slice(0, 6).join(' ')
  return plain === sql.trim() ? start : `${start}…`
}
