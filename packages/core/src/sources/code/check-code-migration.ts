import { MigrateError } from '../../migrate-error.ts'
import { isDependency } from '../../migration-file/depends-on.ts'
import { type MigrationName, parseMigrationName } from '../../migration-file/migration-name.ts'
import type { CodeMigration } from './code-migration.ts'
import { checkOperation } from './operations/check-operation.ts'
import { reverse, reverseOperations } from './operations/reverse-operation.ts'
import { checkShape, type Field, flag, isObject, isText, isTextList, required, type Shape } from './shape.ts'

// A control character has no form in a metadata file, and no place in one.
const line: Field = {
  form: 'must be a text of one line',
  accepts: (value) => isText(value) && !/\p{Cc}/u.test(value),
}
const lines: Field = {
  form: 'must be a text, or a list of texts',
  accepts: (value) => line.accepts(value) || (isTextList(value) && value.every(line.accepts)),
}
const change = 'must be SQL, a list of operations, or a function'

const isChange = (value: unknown) =>
  typeof value === 'string' || typeof value === 'function' || Array.isArray(value)

const shape: Shape = {
  id: required(line),
  up: required({ form: change, accepts: isChange }),
  down: { form: `${change}; or "reverse"`, accepts: (value) => value === reverse || isChange(value) },
  revision: line,
  description: line,
  author: line,
  date: line,
  dependsOn: lines,
  environments: lines,
  transactional: flag,
  foreignKeys: flag,
  irreversible: line,
  expectLoss: lines,
  engine: line,
}

/**
 * Looks closely at one migration in code. Throws USAGE and IRREVERSIBLE with its id, and MIGRATION_NAME.
 */
export function checkCodeMigration(value: CodeMigration, index: number): MigrationName {
  const found: unknown = value
  const id: unknown = isObject(found) && 'id' in found ? found.id : undefined
  if (!isObject(found) || !isText(id)) throw withoutId(index)
  checkShape(value, shape, { at: id, migration: id })
  const name = parseMigrationName(id, { style: 'stamp' })
  for (const direction of [value.up, value.down]) {
    if (Array.isArray(direction)) for (const operation of direction) checkOperation(operation, id)
  }
  if (value.down === reverse) refuseIrreversible(value, id)
  const odd = [value.dependsOn ?? []].flat().find((entry) => !isDependency(entry))
  if (odd !== undefined) throw badDependency(odd, id)
  checkCode(value, id)
  return name
}

function refuseIrreversible({ up }: CodeMigration, id: string): void {
  if (typeof up === 'object') {
    reverseOperations(up, id)
    return
  }
  const what = typeof up === 'string' ? 'SQL' : 'code'
  throw new MigrateError(
    'IRREVERSIBLE',
    `${id} cannot be reversed by itself: its up is ${what}, not operations`,
    {
      hint: 'Write the down of the migration, or leave it out',
      details: { migration: id },
    },
  )
}

function checkCode(value: CodeMigration, id: string): void {
  const hasCode = typeof value.up === 'function' || typeof value.down === 'function'
  if (hasCode && value.transactional === false) throw codeOutsideTransaction(id)
  if (!hasCode && 'revision' in value && value.revision !== undefined)
    throw usage(`${id} has a "revision" and no code that it could stand for`, 'Remove "revision"', id)
}

/** The error of a migration that is code and is not to run in a transaction. */
export function codeOutsideTransaction(id: string): MigrateError {
  return usage(
    `${id} is code, which cannot run outside a transaction`,
    'Let it run in one, or write both directions of the migration as SQL',
    id,
  )
}

function badDependency(entry: string, id: string): MigrateError {
  return usage(
    `"dependsOn" of ${id} has an entry that names no migration: "${entry}"`,
    'Write an id or a version, with "database:" in front for another database and "?" in front of all for "if present"',
    id,
  )
}

function withoutId(index: number): MigrateError {
  return usage(
    `Migration ${index + 1} of the list has no "id"`,
    'Give each an id of digits and a name: "001_create_users"',
  )
}

function usage(message: string, hint: string, migration?: string): MigrateError {
  return new MigrateError('USAGE', message, { hint, details: { migration } })
}
