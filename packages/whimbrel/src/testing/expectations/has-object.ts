import { type DatabaseSchema, type SchemaObject, sqliteDialect, tidySql } from '@whimbrel/core'
import { assertionFailed, schemaOf, type TestedDatabase } from '../tested-database.ts'
import { insteadOf, sameName } from './names.ts'
import type { Verdict } from './verdict.ts'

/** Whether there is a table, view, index or trigger of this name. */
export function hasObject(kind: SchemaObject['kind'], database: TestedDatabase, name: string): Verdict {
  const { objects } = schemaOf(database)
  const found = objects.find((object) => sameName(object.name, name))
  if (found?.kind === kind)
    return {
      holds: true,
      unmet: '',
      met: `There is ${article(kind)} "${name}": ${tidySql(found.sql, sqliteDialect)}`,
    }
  const names = objects.filter((object) => object.kind === kind).map((object) => object.name)
  const unmet =
    found === undefined
      ? insteadOf(name, names, kind)
      : `"${name}" is ${article(found.kind)}, not ${article(kind)}`
  return { holds: false, unmet, met: '' }
}

/**
 * The table or view that an expectation is about. Throws ASSERTION_FAILED where there is none, whichever way the
 * expectation goes: what is said of a misspelt table must not hold by mistake.
 */
export function relationOf({ objects }: DatabaseSchema, name: string): SchemaObject {
  const relations = objects.filter(({ kind }) => kind === 'table' || kind === 'view')
  const found = relations.find((object) => sameName(object.name, name))
  if (found !== undefined) return found
  const names = relations.map((object) => object.name)
  throw assertionFailed(insteadOf(name, names, 'table'))
}

function article(kind: SchemaObject['kind']): string {
  return kind === 'index' ? 'an index' : `a ${kind}`
}
