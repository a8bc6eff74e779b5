import { readFileSync } from 'node:fs'
import { type LintReport, lint, lintRules, mysqlLintRules } from '@whimbrel/checks'
import { MigrationRunner, type Source } from '@whimbrel/core'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migration, sourceOf } from '../../packages/checks/test/linted.ts'
import { mysqlDriver } from '../../packages/mysql-driver/src/index.ts'
import { hasServer, testDatabase } from '../../packages/mysql-driver/test/test-server.ts'

const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8')
const [, part = ''] =
  page
    .split(/^## /m)
    .find((text) => text.startsWith('Rules of MySQL'))
    ?.split(/^Rules of MySQL and MariaDB$/m) ?? []
const sections = part
  .split(/^#### /m)
  .slice(1)
  .map((text) => ({ title: text.split('\n')[0] ?? '', code: /^\w+/.exec(text)?.[0] ?? '', text }))

function block(section: string, name: string): string | undefined {
  return new RegExp(`^\`\`\`sql ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1]
}

function numbered(ups: readonly string[]): Source {
  return sourceOf(Object.fromEntries(ups.map((up, index) => [`00${index + 1}_step`, migration(up)])))
}

/** What lint finds in a migration on a database that has, first, what another one made. */
async function found(before: string | undefined, up: string): Promise<LintReport> {
  const place = await testDatabase()
  const driver = mysqlDriver({ url: place.url })
  onTestFinished(async () => {
    await driver.close()
    await place.remove()
  })
  const tracker = sqlVersionTracker({ dialect: 'mysql' })
  const ups = before === undefined ? [] : [before]
  if (before !== undefined) await new MigrationRunner({ driver, tracker, source: numbered(ups) }).up()
  return lint({ driver, tracker, source: numbered([...ups, up]) })
}

const codes = ({ findings }: LintReport) => [...new Set(findings.map(({ code }) => code))]

describe.runIf(await hasServer())('lint on MariaDB, as docs/lint.md explains it', () => {
  it('explains every rule of its own in the words of the rule', () => {
    const known = new Set(lintRules.map(({ code }) => code))
    for (const { code, title, level, harm, hint } of mysqlLintRules.filter((rule) => !known.has(rule.code))) {
      const text = sections.find((section) => section.title === code)?.text.replace(/\s+/g, ' ')
      for (const words of [title, level, harm, hint]) expect(text).toContain(words.replace(/\s+/g, ' '))
    }
  })

  it.each(sections)('finds the bad example and nothing in the safe one: $title', async ({ code, text }) => {
    const before = block(text, 'before')
    expect(codes(await found(before, block(text, 'bad') ?? ''))).toEqual([code])
    expect(codes(await found(before, block(text, 'safe') ?? ''))).toEqual([])
  })

  it('goes on behind what fails, and names neither scratch databases nor what only follows', async () => {
    const report = await found(
      'CREATE TABLE users (id int PRIMARY KEY, name varchar(40));',
      `ALTER TABLE users ADD COLUMN name text;
       ALTER TABLE userss ADD COLUMN a int;
       ALTER TABLE users DROP COLUMN nickname;
       CREATE TABLE users (id int PRIMARY KEY);
       CREATE VIEW v AS SELECT missing FROM users;
       DROP TABLE IF EXISTS nobody;`,
    )
    expect(report.findings.map(({ code, statement, message }) => `${statement} ${code} ${message}`)).toEqual([
      "1 ALREADY_EXISTS Duplicate column name 'name'",
      "2 MISSING_OBJECT Table 'userss' doesn't exist",
      "3 MISSING_COLUMN Can't DROP COLUMN `nickname`; check that it exists",
      "4 ALREADY_EXISTS Table 'users' already exists",
      "5 MISSING_COLUMN Unknown column 'missing' in 'SELECT'",
      '6 HIDES_DRIFT It does nothing: the table nobody is not there',
    ])
  })
})
