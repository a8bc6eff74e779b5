import { createHash } from 'node:crypto'
import { parseMigrationName, parseSingleFile, type Source } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { onTestFinished } from 'vitest'
import { type CheckOptions, checkMigrations } from '../src/index.ts'

/** One migration: its up, its down and lines of its header. */
export interface MigrationText {
  readonly up: string
  readonly down?: string
  readonly header?: string
}

/** A source of migrations by id. */
export function sourceOf(texts: Readonly<Record<string, MigrationText>>): Source {
  const entries = Object.entries(texts).map(([id, { up, down = '', header = '' }]) => {
    const text = `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
    const named = { ...parseMigrationName(id), id, file: `${id}.sql` }
    const fingerprint = createHash('sha256').update(text).digest('hex')
    return {
      ...named,
      read: async () => ({
        fingerprint,
        parse: (dialect: Parameters<typeof parseSingleFile>[2]) =>
          parseSingleFile(text, { ...named, fingerprint }, dialect),
      }),
    }
  })
  return { location: 'a test', list: async () => ({ entries, problems: [] }) }
}

/** Checks a source on scratch databases of SQLite. */
export async function check(source: Source, options: Partial<CheckOptions> = {}) {
  const driver = sqliteDriver({ path: ':memory:' })
  onTestFinished(() => driver.close())
  return checkMigrations({ driver, source, ...options })
}

/** Findings of a check as `id CODE message`, and hints apart. */
export async function found(
  texts: Readonly<Record<string, MigrationText>>,
  options: Partial<CheckOptions> = {},
) {
  const { migrations } = await check(sourceOf(texts), options)
  const findings = migrations.flatMap((migration) => migration.findings)
  return {
    migrations,
    findings,
    codes: findings.map(({ code, migration }) => `${migration} ${code}`),
    messages: findings.map(({ message }) => message),
    hints: findings.map(({ hint }) => hint),
    notes: migrations.flatMap(({ id, notes }) => notes.map((note) => `${id}: ${note}`)),
  }
}
