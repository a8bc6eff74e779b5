import { readFileSync } from 'node:fs'
import { type LintReport, lint, lintRules, postgresLintRules } from '@whimbrel/checks'
import { MigrationRunner, type Source } from '@whimbrel/core'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { describe, expect, it } from 'vitest'
import { migration, sourceOf } from '../../packages/checks/test/linted.ts'
import { postgresDriver } from '../../packages/postgres-driver/src/index.ts'
import { hasServer, testDatabase } from '../../packages/postgres-driver/test/test-server.ts'

const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8')
const [, part = ''] = page.split(/^## Rules of PostgreSQL$/m)
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

/** What lint finds in migrations on a database that has, first, what another one made. */
async function found(before: string | undefined, ...ups: readonly string[]): Promise<readonly LintReport[]> {
  await using place = await testDatabase()
  const driver = postgresDriver({ url: place.url })
  try {
    const tracker = sqlVersionTracker({ dialect: 'postgres' })
    const first = before === undefined ? [] : [before]
    if (before !== undefined) await new MigrationRunner({ driver, tracker, source: numbered(first) }).up()
    return await Promise.all(ups.map((up) => lint({ driver, tracker, source: numbered([...first, up]) })))
  } finally {
    await driver.close()
  }
}

const codes = (report: LintReport | undefined) => [...new Set(report?.findings.map(({ code }) => code))]

describe.runIf(await hasServer())('lint on PostgreSQL, as docs/lint.md explains it', () => {
  it('explains every rule of its own in the words of the rule', () => {
    const known = new Set(lintRules.map(({ code }) => code))
    for (const { code, title, level, harm, hint } of postgresLintRules.filter(
      (rule) => !known.has(rule.code),
    )) {
      const text = sections.find((section) => section.title === code)?.text.replace(/\s+/g, ' ')
      for (const words of [title, level, harm, hint]) expect(text).toContain(words.replace(/\s+/g, ' '))
    }
  })

  it.concurrent.each(sections)(
    'finds the bad example and nothing in the safe one: $title',
    async ({ code, text }) => {
      const [bad, safe] = await found(
        block(text, 'before'),
        block(text, 'bad') ?? '',
        block(text, 'safe') ?? '',
      )
      expect([codes(bad), codes(safe)]).toEqual([[code], []])
    },
    60_000,
  )

  it('goes on behind what fails, and leaves out what only follows', async () => {
    const [report] = await found(
      'CREATE TABLE users (id integer PRIMARY KEY, name text); CREATE VIEW named AS SELECT name FROM users;',
      `ALTER TABLE users ADD COLUMN name text;
       ALTER TABLE userss ADD COLUMN a integer;
       ALTER TABLE users DROP COLUMN name;
       CREATE TABLE users (id integer PRIMARY KEY);
       CREATE UNIQUE INDEX users_name ON users (name);
       ALTER TABLE users ALTER COLUMN name TYPE integer;
       DROP TABLE IF EXISTS nobody;`,
    )
    expect(report?.findings.map(({ code, statement, message }) => `${statement} ${code} ${message}`)).toEqual(
      [
        '1 ALREADY_EXISTS column "name" of relation "users" already exists',
        '2 MISSING_OBJECT relation "userss" does not exist',
        '3 COLUMN_IN_USE cannot drop column name of table users because other objects depend on it (view named depends on column name of table users)',
        '4 ALREADY_EXISTS relation "users" already exists',
        '5 DUPLICATE_VALUES Rows of users may have the same values, and the new key then fails (could not create unique index "users_name")',
        '6 STATEMENT_FAILS column "name" cannot be cast automatically to type integer',
        '7 HIDES_DRIFT It does nothing: the table nobody is not there',
      ],
    )
  })
})
