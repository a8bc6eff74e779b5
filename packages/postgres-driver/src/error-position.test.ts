import { expect, it } from 'vitest'
import { errorPosition, failedFunction } from './error-position.ts'

const block = 'DO $$\nBEGIN\n  -- ü 🐦\n  PERFORM 1/0;\n  INSERT INTO nowhere VALUES (1);\nEND $$'
const at = (text: string, sql = block) => Array.from(sql.slice(0, sql.indexOf(text))).length + 1

it('is what the server says', () => {
  expect(errorPosition({ position: '7' }, 'SELECT nonsense')).toBe(7)
})

it('is where the text that a function ran stands in the statement', () => {
  const place = { internalPosition: '13', internalQuery: 'INSERT INTO nowhere VALUES (1)' }
  expect(errorPosition(place, block)).toBe(at('nowhere'))
  expect(errorPosition(place, `${block}${block}`)).toBeUndefined()
  expect(errorPosition(place, 'SELECT f()')).toBeUndefined()
})

it('is the line of a DO block', () => {
  const where = 'SQL statement "SELECT 1/0"\nPL/pgSQL function inline_code_block line 4 at PERFORM'
  expect(errorPosition({ where }, block)).toBe(at('PERFORM'))
  expect(errorPosition({ where }, `do language plpgsql ${block.slice(3)}`)).toBeDefined()
  expect(errorPosition({ where }, 'SELECT f()')).toBeUndefined()
  expect(errorPosition({ where: where.replace('4', '400') }, block)).toBeUndefined()
})

it('is nowhere where nothing tells', () => {
  expect(errorPosition({}, 'SELECT 1')).toBeUndefined()
})

it('is in a function that is called', () => {
  const where =
    'SQL statement "SELECT 1"\nPL/pgSQL function f() line 2 at RETURN\nSQL function "g" statement 1'
  expect(failedFunction({ where })).toBe('PL/pgSQL function f() line 2 at RETURN')
  expect(failedFunction({ where: 'PL/pgSQL function inline_code_block line 3 at RAISE' })).toBeUndefined()
  expect(failedFunction({})).toBeUndefined()
})
