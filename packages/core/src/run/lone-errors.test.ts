import { describe, expect, it } from 'vitest'
import type { Step } from '../plan/plan.ts'
import { unseenError } from './lone-errors.ts'

describe('the error of a statement whose effect cannot be seen', () => {
  it.each([
    ['CALL fill()', '(CALL fill())'],
    ["EXECUTE IMMEDIATE 'ALTER USER a IDENTIFIED BY secret'", '(EXECUTE IMMEDIATE…)'],
    ['CALL  fill("secret")', '(CALL fill(…)'],
    ['DO $$ secret $$', '(DO…)'],
  ])('names how it begins, and no text in it: %s', (sql, shown) => {
    const error = unseenError({ id: '001_a', direction: 'up' } as Step, { sql, number: 1 })
    expect(error.message).toContain(`was interrupted ${shown}, and`)
    expect(error.message).not.toContain('secret')
  })
})
