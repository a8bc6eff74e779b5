import { canonicalSql, type DatabaseSchema, type Dialect, type SchemaObject } from '@whimbrel/core'
import type { Dependent } from './impact.ts'

/** Finds the views, triggers and foreign keys of a schema that mention a table or one of its columns. */
export class Dependents {
  readonly #objects: readonly { readonly object: SchemaObject; readonly text: string }[]

  constructor({ objects }: DatabaseSchema, dialect: Dialect) {
    this.#objects = objects
      .filter(({ kind, storage, sql }) => kind !== 'index' && storage === 'ordinary' && isTelling(kind, sql))
      .map((object) => ({ object, text: ` ${canonicalSql(object.sql, dialect)} ` }))
  }

  /** What mentions the table, or this column of it; nothing of the table itself. */
  of(table: string, column?: string): readonly Dependent[] {
    const names = [table, ...(column === undefined ? [] : [column])].map(spelling)
    return this.#objects.flatMap(({ object, text }): Dependent[] => {
      const { kind, name } = object
      if (kind === 'table') {
        const refers = name.toLowerCase() !== table.toLowerCase() && refersTo(text, names)
        return refers ? [{ kind: 'foreign key', name }] : []
      }
      const isOwn = object.table.toLowerCase() === table.toLowerCase()
      const isMentioned = names.every((each) => text.includes(` ${each} `))
      return isMentioned && !(isOwn && column === undefined) ? [{ kind: kind as 'view', name }] : []
    })
  }
}

function isTelling(kind: SchemaObject['kind'], sql: string): boolean {
  return kind !== 'table' || /\breferences\b/i.test(sql)
}

/** `references birds ( id , … )`; without columns the primary key is meant. */
function refersTo(text: string, [table = '', column]: readonly string[]): boolean {
  for (
    let at = text.indexOf(` references ${table} `);
    at >= 0;
    at = text.indexOf(` references ${table} `, at + 1)
  ) {
    const columns = /^\( (.*?) \)/.exec(text.slice(at + ` references ${table} `.length))?.[1]
    if (column === undefined || columns === undefined || columns.split(' , ').includes(column)) return true
  }
  return false
}

/** A name as `canonicalSql` spells it. */
function spelling(name: string): string {
  const folded = name.toLowerCase()
  return /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(folded) ? folded : JSON.stringify(folded)
}
