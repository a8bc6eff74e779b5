import type { Applied } from '../model/applied.ts'

/** What to do about a migration in doubt: the three ways out, and what each of them does. */
export function waysOut({ id, direction }: Pick<Applied, 'id' | 'direction'>): string {
  const back = direction === 'down'
  const isThere = back
    ? 'if its change is still there: the rollback counts as not begun'
    : 'if its change is there'
  const isGone = back ? 'if its change is gone: the rollback counts as done' : 'if its change is not there'
  return (
    `Run "whimbrel retry ${id}" to go on after the last statement that finished; or look at the database and run ` +
    `"whimbrel mark ${id} applied" ${isThere}, or "whimbrel mark ${id} pending" ${isGone}`
  )
}
