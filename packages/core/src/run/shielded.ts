import type { Dialect } from '../model/dialect.ts'
import type { Session } from '../ports/driver.ts'

/** Runs something that may fail although the transaction around it has to go on. */
export function shielded<T>(
  session: Pick<Session, 'transaction'>,
  dialect: Pick<Dialect, 'failureSpoilsTransaction'>,
  work: () => Promise<T>,
): Promise<T> {
  return dialect.failureSpoilsTransaction ? session.transaction(work) : work()
}
