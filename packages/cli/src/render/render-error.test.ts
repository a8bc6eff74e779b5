import { MigrateError } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { toMigrateError } from '../describe-error.ts'
import { renderError } from './render-error.ts'
import { styleOf } from './style.ts'

const style = styleOf(false)

describe('renderError', () => {
  it('says what happened, to what, and what to do next', () => {
    const error = new MigrateError('USAGE', 'It is odd', { hint: 'Make it even' })
    expect(renderError(error, { style })).toBe('error: It is odd\n  next: Make it even\n')
    expect(renderError(error, { style, database: 'app' })).toBe(
      'error: app: It is odd\n  next: Make it even\n',
    )
  })

  it('names a database once', () => {
    const error = new MigrateError('DEPENDENCY_OUTSIDE', 'app:002_b needs other:001_a', { hint: 'Add it' })
    expect(renderError(error, { style, database: 'app' })).toBe(
      'error: app:002_b needs other:001_a\n  next: Add it\n',
    )
  })

  it('tells everything where there is more than one thing', () => {
    const findings = [
      { code: 'OUT_OF_ORDER', message: 'a', hint: 'x', blocking: true },
      { code: 'OUT_OF_ORDER', message: 'b', hint: 'y', blocking: true },
    ]
    const error = new MigrateError('OUT_OF_ORDER', 'a (and 1 more)', { hint: 'x', details: { findings } })
    expect(renderError(error, { style })).toBe('error: a\n  next: x\nerror: b\n  next: y\n')
    const details = { problems: ['second. Mend it', 'third. Mend it too'] }
    const manifest = new MigrateError('MANIFEST_INVALID', 'first', { hint: 'h', details })
    expect(renderError(manifest, { style })).toBe(
      'error: first\n  next: h\n  also: second. Mend it\n  also: third. Mend it too\n',
    )
  })

  it('shows where an unexpected error came from, and no password', () => {
    const error = toMigrateError(new TypeError('postgres://u:secret@h is undefined'))
    const text = renderError(error, { style })
    expect(text).toContain('error: Something unexpected happened: postgres://u:***@h is undefined\n')
    expect(text).toContain('render-error.test.ts')
    expect(text).not.toContain('secret')
  })
})
