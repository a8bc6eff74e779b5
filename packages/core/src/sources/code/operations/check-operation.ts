import { MigrateError } from '../../../migrate-error.ts'
import { suggest } from '../../../suggest.ts'
import {
  checkShape,
  type Field,
  flag,
  isObject,
  isText,
  required,
  type Shape,
  text,
  texts,
} from '../shape.ts'
import type { Operation } from './operation.ts'
import { describeOperation } from './reverse-operation.ts'

const kind: Field = { form: 'names the operation', accepts: isText }
const name = required(text)

const keyAction: Field = {
  form: 'must be "cascade", "restrict", "set null", "set default" or "no action"',
  accepts: (value) =>
    typeof value === 'string' &&
    ['cascade', 'restrict', 'set null', 'set default', 'no action'].includes(value),
}

const list = (form: string, accepts: (value: unknown) => boolean, fewest = 0): Field => ({
  form,
  accepts: (value) => Array.isArray(value) && value.length >= fewest && value.every(accepts),
})

const isExpression = (value: unknown) => isObject(value) && 'sql' in value && isText(value.sql)

const tableOptions: Shape = {
  primaryKey: texts,
  unique: list('must be a list of lists of columns', texts.accepts),
  foreignKeys: list('must be a list of foreign keys', isObject),
  checks: texts,
  strict: flag,
  withoutRowid: flag,
}

const columnShape: Shape = {
  type: name,
  primaryKey: flag,
  notNull: flag,
  unique: flag,
  default: {
    form: 'must be a text, a number, true, false, null, or { sql: "…" }',
    accepts: (value) =>
      value === null ||
      ['boolean', 'bigint'].includes(typeof value) ||
      (typeof value === 'number' && Number.isFinite(value)) ||
      (typeof value === 'string' && !value.includes('\0')) ||
      isExpression(value),
  },
  references: { form: 'must be { table, column? }', accepts: isObject },
  check: text,
  collate: text,
}

const { primaryKey: _, unique: __, ...addedColumnShape } = columnShape
const referenceShape: Shape = { table: name, column: text, onDelete: keyAction, onUpdate: keyAction }
const foreignKeyShape: Shape = {
  columns: required(texts),
  references: name,
  referencedColumns: texts,
  onDelete: keyAction,
  onUpdate: keyAction,
}

const shapes: Readonly<Record<Operation['operation'], Shape>> = {
  createTable: {
    table: name,
    columns: required({
      form: 'must be an object of at least one column',
      accepts: (value) => isObject(value) && Object.keys(value).length > 0,
    }),
    ...tableOptions,
  },
  createIndex: {
    index: name,
    on: name,
    columns: required(
      list(
        'must be a list of at least one column, or { sql: "…" }',
        (value) => isText(value) || isExpression(value),
        1,
      ),
    ),
    unique: flag,
    where: text,
  },
  addColumn: {
    table: name,
    column: name,
    definition: required({
      form: 'must be an object, or the SQL behind the name',
      accepts: (value) => isText(value) || isObject(value),
    }),
  },
  renameTable: { table: name, to: name },
  renameColumn: { table: name, column: name, to: name },
  dropTable: { table: name },
  dropColumn: { table: name, column: name },
  dropIndex: { index: name },
  alterColumn: { table: name, column: name, type: name, using: text },
  execute: { sql: name },
}

/** Throws USAGE, with the migration's id, for what is no operation or says something that does not fit. */
export function checkOperation(value: unknown, migration: string): asserts value is Operation {
  const found: unknown = isObject(value) && 'operation' in value ? value.operation : undefined
  if (!isObject(value) || typeof found !== 'string' || !Object.hasOwn(shapes, found))
    throw unknownOperation(found, migration)
  const operation = value as Operation
  const context = { at: `${describeOperation(operation)} in ${migration}`, migration }
  checkShape(operation, { operation: kind, ...shapes[operation.operation] }, context)
  if (operation.operation === 'addColumn')
    checkColumn(operation.definition, addedColumnShape, { column: operation.column, ...context })
  if (operation.operation !== 'createTable') return
  for (const [column, definition] of Object.entries(operation.columns)) {
    // Such a key would be the first one, wherever it is written.
    if (/^\d+$/.test(column)) throw numberedColumn(column, context)
    checkColumn(definition, columnShape, { column, ...context })
  }
  for (const key of operation.foreignKeys ?? [])
    checkShape(key, foreignKeyShape, { ...context, at: `A foreign key of ${context.at}` })
}

interface Context {
  readonly at: string
  readonly migration: string
}

function checkColumn(
  definition: unknown,
  shape: Shape,
  { column, at, migration }: Context & { readonly column: string },
): void {
  if (isText(definition)) return
  const context = { at: `The column ${column} of ${at}`, migration }
  if (!isObject(definition)) {
    throw new MigrateError('USAGE', `${context.at} is neither an object nor the SQL behind its name`, {
      hint: 'Write { type: "TEXT", notNull: true }, or "TEXT NOT NULL"',
      details: { migration },
    })
  }
  checkShape(definition, shape, context)
  if ('references' in definition && isObject(definition.references))
    checkShape(definition.references, referenceShape, { ...context, at: `"references" of ${context.at}` })
}

function numberedColumn(column: string, { at, migration }: Context): MigrateError {
  return new MigrateError('USAGE', `${at} has a column called ${column}, and JavaScript moves such a key`, {
    hint: 'Create the table with execute("CREATE TABLE …")',
    details: { migration },
  })
}

function unknownOperation(found: unknown, migration: string): MigrateError {
  const known = Object.keys(shapes)
  const near = typeof found === 'string' ? suggest(found, known) : undefined
  const what =
    typeof found === 'string'
      ? `the operation "${found}", which there is not`
      : 'something that is no operation'
  return new MigrateError('USAGE', `${migration} has ${what}`, {
    hint: near === undefined ? `Operations are ${known.join(', ')}` : `Did you mean "${near}"?`,
    details: { migration },
  })
}
