import { MigrateError } from '../../../migrate-error.ts'
import type { Operation } from './operation.ts'

/** As `down` of a migration in code: the reverse of its up, derived from its operations. */
export const reverse: unique symbol = Symbol.for('whimbrel.reverse')

/** The operations that take others back, the last one first. Throws IRREVERSIBLE for what says not enough for that. */
export function reverseOperations(operations: readonly Operation[], migration: string): readonly Operation[] {
  return operations.map((operation) => reverseOf(operation) ?? refuse(operation, migration)).reverse()
}

function reverseOf(operation: Operation): Operation | undefined {
  switch (operation.operation) {
    case 'createTable':
      return { operation: 'dropTable', table: operation.table }
    case 'createIndex':
      return { operation: 'dropIndex', index: operation.index }
    case 'addColumn':
      return { operation: 'dropColumn', table: operation.table, column: operation.column }
    case 'renameTable':
      return { operation: 'renameTable', table: operation.to, to: operation.table }
    case 'renameColumn': {
      const { table, column, to } = operation
      return { operation: 'renameColumn', table, column: to, to: column }
    }
    default:
      return undefined
  }
}

function refuse(operation: Operation, migration: string): never {
  throw new MigrateError(
    'IRREVERSIBLE',
    `${migration} cannot be reversed by itself: ${describeOperation(operation)} does not say what was there before`,
    {
      hint: 'Write the down of the migration as a list of operations or as SQL, or leave it out',
      details: { migration, operation: operation.operation },
    },
  )
}

/** `dropTable of users`, `alterColumn of users.age`. */
export function describeOperation(operation: Operation): string {
  if (operation.operation === 'execute') return 'execute'
  if ('index' in operation) return `${operation.operation} of ${operation.index}`
  const column = 'column' in operation ? `.${operation.column}` : ''
  return `${operation.operation} of ${operation.table}${column}`
}
