import type { IntegrityProblem } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { whyNotCompiled } from './find-problems.ts'
import { groupBy } from './group-by.ts'

interface TriggerRow {
  readonly name: string
  readonly target: string
  readonly sql: string
}

/** Those of the triggers that do not compile. SQLite compiles one when it compiles a statement that would fire it. */
export function findBrokenTriggers(
  connection: Connection,
  triggers: readonly TriggerRow[],
): readonly IntegrityProblem[] {
  const byTarget = groupBy(triggers, ({ target }) => target)
  return [...byTarget].flatMap(([target, onTarget]) => brokenOn(connection, target, onTarget))
}

function brokenOn(
  connection: Connection,
  target: string,
  triggers: readonly TriggerRow[],
): IntegrityProblem[] {
  const problems = new Map<string, IntegrityProblem>()
  for (const statement of firingStatements(connection, target)) {
    const message = whyNotCompiled(connection, `EXPLAIN ${statement}`)
    // A view takes only those events for which it has a trigger.
    if (message === undefined || /^cannot modify .* because it is a view$/.test(message)) continue
    const object = culprits(triggers, message)
    problems.set(object + message, { kind: 'trigger', object, message })
  }
  return [...problems.values()]
}

/** One statement for each event, so that triggers on any column of an UPDATE are among them. */
function firingStatements(connection: Connection, target: string): string[] {
  const name = `main.${quoteIdentifier(target)}`
  // Generated columns cannot be set.
  const columns = connection.rows<{ name: string }>(
    `SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0`,
    [target],
  )
  const assignments = columns.map(
    (column) => `${quoteIdentifier(column.name)} = ${quoteIdentifier(column.name)}`,
  )
  const update = `UPDATE ${name} SET ${assignments.join(', ')}`
  return [
    `INSERT INTO ${name} DEFAULT VALUES`,
    ...(columns.length > 0 ? [update] : []),
    `DELETE FROM ${name}`,
  ]
}

/** The message does not name the trigger: those that use what it complains about, otherwise all of the table. */
function culprits(triggers: readonly TriggerRow[], message: string): string {
  const missing = /(?:table|column|function): (?:main\.|new\.|old\.)?(\S+)/i.exec(message)?.[1]?.toLowerCase()
  const suspects = triggers.filter(({ sql }) => missing !== undefined && sql.toLowerCase().includes(missing))
  return (suspects.length > 0 ? suspects : triggers).map(({ name }) => name).join(', ')
}
