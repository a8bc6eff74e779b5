import { describe, expect, it } from 'vitest'
import { MigrateError } from '../migrate-error.ts'
import type { Step } from '../plan/plan.ts'
import { postgresDialect } from '../sql/postgres-dialect.ts'
import { toScript } from '../sql/to-script.ts'
import { statementError } from './step-error.ts'

const step = { id: '001_birds' } as Step

function errorAt(sql: string, at: { index: number; position?: number }): MigrateError {
  const script = toScript(sql, { dialect: postgresDialect, file: '001_birds.sql' })
  const details = at.position === undefined ? {} : { position: at.position }
  const error = new MigrateError('STATEMENT_FAILED', 'syntax error', { hint: 'Correct it', details })
  return statementError(error, { step, script, index: at.index })
}

describe('the error of a statement', () => {
  it('names line and column where the engine says the character', () => {
    const error = errorAt('SELECT 1;\n\n  CREATE TABLE birds (\n    id integr\n);', {
      index: 1,
      position: 29,
    })
    expect(error.message).toContain('failed at 001_birds.sql:4:8 (statement 2 of 2)')
    expect(error.details).toMatchObject({ line: 4, column: 8, statement: 2 })
  })

  it('counts the column from the beginning of the line and not of the statement', () => {
    const error = errorAt('SELECT 1; SELECT x', { index: 1, position: 8 })
    expect(error.details).toMatchObject({ line: 1, column: 18 })
  })

  it('takes characters beyond the first 65,536 for one, as the engine does', () => {
    const error = errorAt("SELECT '\u{1F426}', x", { index: 0, position: 13 })
    expect(error.details).toMatchObject({ line: 1, column: 14 })
  })

  it('names the line of the statement where the engine says nothing', () => {
    const error = errorAt('SELECT 1;\nSELECT x', { index: 1 })
    expect(error.message).toContain('failed at 001_birds.sql:2 (')
    expect(error.details).not.toHaveProperty('column')
  })
})
