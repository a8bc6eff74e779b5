import type { Dialect, Script } from '@whimbrel/core'

/** What of a script can run inside a transaction of a scratch database. */
export interface RunnableScript {
  readonly script: Script
  /** Statements that were left out, as people call them: `VACUUM`. */
  readonly leftOut: readonly string[]
}

/**
 * Leaves out what an engine refuses or ignores inside a transaction, VACUUM for instance: a scratch database has
 * nothing that such statements could change for others.
 */
export function runnableScript(script: Script, dialect: Dialect): RunnableScript {
  const leftOut: string[] = []
  const statements = script.statements.filter(({ start, end, verb }) => {
    const refused = dialect.refusals.get(verb)?.(script.sql.slice(start, end), 'transaction')
    if (refused !== undefined) leftOut.push(refused.statement)
    return refused === undefined
  })
  return { script: leftOut.length === 0 ? script : { ...script, statements }, leftOut }
}
