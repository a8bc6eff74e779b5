import type { Refusal, StatementRule } from '../model/dialect.ts'

/** Refuses a statement that begins or ends a transaction; `undone` says what the tool does by itself. */
export function endsTransaction(statement: string, undone: string): StatementRule {
  return (_, mode) =>
    mode === 'transaction'
      ? {
          statement,
          rule: 'would begin or end the transaction that the migration runs in, and half of it could stay behind',
          hint: `Remove the statement: ${undone}`,
        }
      : {
          statement,
          rule: 'would open or end a transaction, but with Transaction: none each statement stands alone',
          hint: 'Remove the statement; put what belongs in one transaction in a migration of its own, without that header',
        }
}

/** What to say of a statement that the engine refuses inside a transaction. */
export function outsideOnly(statement: string): Refusal {
  return {
    statement,
    rule: 'cannot run inside a transaction',
    hint: 'Put it in a migration of its own with the header line "-- Transaction: none"',
  }
}
