import { type Dialect, type Script, withoutYielding } from '@whimbrel/core'

/** What of a script can run inside a transaction of a scratch database. */
export interface RunnableScript {
  readonly script: Script
  /** Statements that were left out, as people call them, each with the reason. */
  readonly leftOut: readonly LeftOut[]
}

export interface LeftOut {
  /** `VACUUM` */
  readonly statement: string
  /** `alone`: it does not work inside a transaction. `outside`: it would change more than the database. */
  readonly because: 'alone' | 'outside'
}

/**
 * Leaves out what an engine refuses or ignores inside a transaction, VACUUM for instance, and what reaches out of the
 * database. What stands alone only so that others need not wait, CREATE INDEX CONCURRENTLY for instance, runs as if it
 * did not say so: nobody else is there.
 */
export function runnableScript(script: Script, dialect: Dialect): RunnableScript {
  const leftOut: LeftOut[] = []
  let { sql } = script
  const statements = script.statements.filter(({ start, end, verb }) => {
    const text = sql.slice(start, end)
    const reach = dialect.reachesOut(text)
    if (reach !== undefined) {
      leftOut.push({ statement: reach, because: 'outside' })
      return false
    }
    const refused = dialect.refusals.get(verb)?.(text, 'transaction')
    if (refused === undefined) return true
    const patient = withoutYielding(text, dialect)
    if (dialect.refusals.get(verb)?.(patient, 'transaction') === undefined) {
      sql = sql.slice(0, start) + patient + sql.slice(end)
      return true
    }
    leftOut.push({ statement: refused.statement, because: 'alone' })
    return false
  })
  const isSame = sql === script.sql && leftOut.length === 0
  return { script: isSame ? script : { ...script, sql, statements }, leftOut }
}
