import { canonicalSql, type DatabaseSchema, type Dialect, nameKey, type SchemaObject } from '@whimbrel/core'
import type { Dependent } from './impact.ts'

/** Finds the views, triggers and foreign keys of a schema that mention a table or one of its columns. */
export class Dependents {
  readonly #objects: readonly { readonly object: SchemaObject; readonly text: string }[]
  readonly #key: (name: string) => string

  constructor({ objects }: DatabaseSchema, dialect: Dialect) {
    this.#key = (name) => nameKey(name, dialect)
    this.#objects = objects
      .filter(({ kind, storage, sql }) => storage === 'ordinary' && isTelling(kind, sql))
      .map((object) => ({ object, text: ` ${canonicalSql(object.sql, dialect)} ` }))
  }

  /** What mentions the table, or this column of it; nothing of the table itself. */
  of(table: string, column?: string): readonly Dependent[] {
    const names = [table, ...(column === undefined ? [] : [column])].map((name, at) =>
      this.#spelling(name, at),
    )
    const found = this.#objects.flatMap(({ object, text }): Dependent[] => {
      const { kind, name } = object
      const isOwn = this.#key(object.table) === this.#key(table)
      if (kind === 'table' || kind === 'constraint') {
        const refers = !isOwn && refersTo(text, names)
        return refers ? [{ kind: 'foreign key', name: object.table }] : []
      }
      const isMentioned = names.every((each) => text.includes(` ${each} `))
      return isMentioned && !(isOwn && column === undefined) ? [{ kind: kind as 'view', name }] : []
    })
    return found.filter(
      ({ kind, name }, at) => found.findIndex((each) => each.kind === kind && each.name === name) === at,
    )
  }

  /** A name as `canonicalSql` spells it; that of a table may have a schema in front. */
  #spelling(name: string, at: number): string {
    const parts = at === 0 && name.includes('.') ? name.split('.') : [name]
    return parts.map((part) => spelled(this.#key(part))).join(' . ')
  }
}

function isTelling(kind: SchemaObject['kind'], sql: string): boolean {
  if (kind === 'view' || kind === 'trigger') return true
  return (kind === 'table' || kind === 'constraint') && /\breferences\b/i.test(sql)
}

/** `references birds ( id , … )`, with or without a schema in front; without columns the primary key is meant. */
function refersTo(text: string, [table = '', column]: readonly string[]): boolean {
  const mark = ` ${table} `
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    if (!/ references(?: \S+ \.)?$/.test(text.slice(0, at))) continue
    const columns = /^\( (.*?) \)/.exec(text.slice(at + mark.length))?.[1]
    if (column === undefined || columns === undefined || columns.split(' , ').includes(column)) return true
  }
  return false
}

function spelled(name: string): string {
  return /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(name) ? name : JSON.stringify(name)
}
