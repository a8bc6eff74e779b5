import { readdirSync, readFileSync } from 'node:fs'
import { type DriverCase, driverCases, type Without } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { mysqlWithout } from '../packages/mysql-driver/test/without.ts'
import { postgresWithout } from '../packages/postgres-driver/test/without.ts'
import { sqliteWithout } from '../packages/sqlite-driver/test/without.ts'

const page = readFileSync(new URL('../docs/engines.md', import.meta.url), 'utf8')
const engines: readonly [string, Without][] = [
  ['SQLite', sqliteWithout],
  ['PostgreSQL', postgresWithout],
  ['MariaDB', mysqlWithout],
]

/** The table as the declarations of the drivers have it: whoever changes these copies it to the page. */
function tableOf(): string {
  const rows = Object.entries(driverCases).map(([one, sentence]) => {
    const reasons = engines.flatMap(([name, without]) => {
      const reason = without[one as DriverCase]
      return reason === undefined ? [] : [`${name}: ${reason}`]
    })
    const cells = engines.map(([, without]) => (without[one as DriverCase] === undefined ? 'yes' : 'no'))
    return `| ${[sentence, ...cells, reasons.join('. ')].join(' | ')} |`
  })
  const head = `| promise | ${engines.map(([name]) => name).join(' | ')} | why not |`
  return [head, `|${'---|'.repeat(engines.length + 2)}`, ...rows].join('\n')
}

describe('docs/engines.md', () => {
  it('prints what each engine goes without, and why, as the drivers declare it to their conformance suite', () => {
    const [, section = ''] = page.split('## What an engine goes without\n')
    const printed = section.split('\n').filter((line) => line.startsWith('|'))
    expect(printed.slice(0, tableOf().split('\n').length).join('\n')).toBe(tableOf())
  })
})

describe('another engine', () => {
  it('needs no change in core: only the SQL of an engine, as data, names it there', () => {
    const root = new URL('../packages/core/src/', import.meta.url)
    const naming = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      // What is said to people and in comments may name one; what is decided may not.
      .filter((path) =>
        /(===|!==|case) '(sqlite|postgres|mysql|mariadb)'/.test(readFileSync(new URL(path, root), 'utf8')),
      )
    expect(naming).toEqual([])
  })

  it.each(['sqlite', 'postgres', 'mysql'])('passes the suites of drivers and of trackers: %s', (name) => {
    const tests = new URL(`../packages/${name}-driver/test/`, import.meta.url)
    expect(readFileSync(new URL('conformance.test.ts', tests), 'utf8')).toMatch(/describeDriver\(/)
    const tracker =
      name === 'sqlite' ? '../../version-tracker/test/conformance.test.ts' : 'tracker-conformance.test.ts'
    expect(readFileSync(new URL(tracker, tests), 'utf8')).toMatch(/describeVersionTracker\(/)
  })
})
