import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gap, token } from '../../test/sql-fragments.ts'
import { tokenChecksum } from './checksum.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

const checksum = (sql: string) => tokenChecksum(sql, sqliteDialect)
const sql = "CREATE TABLE users (id INTEGER, name TEXT DEFAULT 'a b');\nINSERT INTO users VALUES (1, 'x');\n"

// One row of the table in docs/checksums.md each.
describe('the checksum stays the same', () => {
  const same: readonly (readonly [change: string, changed: string])[] = [
    ['with CRLF instead of LF', sql.replaceAll('\n', '\r\n')],
    ['with a byte-order mark', `\uFEFF${sql}`],
    [
      'with other spaces, tabs and empty lines between tokens',
      ` \t${sql.replaceAll(', ', '\n,\t').replaceAll('(', ' ( ')}\n\n`,
    ],
    [
      'with comments added',
      `-- why\n${sql.replace('users (', 'users /* all; of them */ ( -- here\n')}/* end */`,
    ],
    ['with empty statements', `;${sql.replace(';', ';;\n ;')};`],
    ['without the last semicolon', sql.trim().slice(0, -1)],
  ]
  it.each(same)('%s', (_, changed) => {
    expect(changed).not.toBe(sql)
    expect(checksum(changed)).toBe(checksum(sql))
  })
})

describe('the checksum changes', () => {
  const other: readonly (readonly [change: string, changed: string])[] = [
    ['with the letter case of a keyword', sql.replace('CREATE', 'create')],
    ['with the letter case of a name', sql.replace('users', 'Users')],
    ['with quotation marks around a name', sql.replace('users', '"users"')],
    ['with another value', sql.replace('(1,', '(2,')],
    ['with another notation of the same number', sql.replace('(1,', '(1.0,')],
    ['with white space inside a string', sql.replace("'a b'", "'a  b'")],
    ['with a comment sign inside a string', sql.replace("'x'", "'x--'")],
    ['with the order of the statements', sql.split('\n').reverse().join('\n')],
    ['with a statement less', sql.split('\n')[0] ?? ''],
    ['where one statement becomes two', sql.replace('INSERT', 'SELECT 1; INSERT')],
  ]
  it.each(other)('%s', (_, changed) => {
    expect(changed).not.toBe(sql)
    expect(checksum(changed)).not.toBe(checksum(sql))
  })

  it('with the line endings inside a string, because they are data', () => {
    expect(checksum("SELECT 'a\r\nb'")).not.toBe(checksum("SELECT 'a\nb'"))
  })

  it('where two strings become one with an apostrophe in it', () => {
    expect(checksum("SELECT 'a' 'b'")).not.toBe(checksum("SELECT 'a''b'"))
  })

  it('where space falls apart a token', () => {
    expect(checksum('SELECT a || b')).not.toBe(checksum('SELECT a | | b'))
    expect(checksum('SELECT ab')).not.toBe(checksum('SELECT a b'))
    expect(checksum('SELECT 1.5')).not.toBe(checksum('SELECT 1 .5'))
  })
})

describe('a checksum', () => {
  it('is the SHA-256 of the tokens in UTF-8, each followed by a NUL, with a semicolon behind each statement', () => {
    const canonical = ['SELECT', "'größe 名前'", ',', 'x', ';', 'DROP', 'TABLE', 't', ';'].map(
      (each) => `${each}\0`,
    )
    const expected = createHash('sha256').update(canonical.join('')).digest('hex')
    expect(checksum("SELECT 'größe 名前',x; DROP /**/ TABLE t")).toBe(`sha256:${expected}`)
  })

  it('of nothing is that of no tokens', () => {
    const empty = `sha256:${createHash('sha256').digest('hex')}`
    expect(checksum('')).toBe(empty)
    expect(checksum('-- a comment\n;')).toBe(empty)
  })

  it('is the same for a long script, however it is cut', () => {
    const long = `INSERT INTO t VALUES ('${'ä'.repeat(50_000)}');`.repeat(4)
    const expected = createHash('sha256')
      .update(`INSERT\0INTO\0t\0VALUES\0(\0'${'ä'.repeat(50_000)}'\0)\0;\0`.repeat(4))
      .digest('hex')
    expect(checksum(long)).toBe(`sha256:${expected}`)
    expect(checksum('SELECT 1')).toBe(checksum('SELECT 1;'))
  })

  it('does not depend on what stands between tokens', () => {
    fc.assert(
      fc.property(fc.array(token), fc.array(gap, { minLength: 1 }), (tokens, gaps) => {
        const spaced = tokens.map((each, index) => each + gaps[index % gaps.length]).join('')
        expect(checksum(`SELECT ${spaced}`)).toBe(checksum(`SELECT ${tokens.join(' ')}`))
      }),
      { numRuns: 200 },
    )
  })

  it('differs for any two different lists of tokens', () => {
    const list = fc.array(token, { maxLength: 4 })
    fc.assert(
      fc.property(list, list, (a, b) => {
        const equal = checksum(`SELECT ${a.join(' ')}`) === checksum(`SELECT ${b.join(' ')}`)
        expect(equal).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 300 },
    )
  })
})
