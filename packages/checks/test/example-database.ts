import { fileURLToPath } from 'node:url'
import { loadMigrations, type Session, sqliteDialect } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { onTestFinished } from 'vitest'

/** A scratch database with these statements run, closed after the test. */
export async function scratch(...statements: readonly string[]): Promise<Session> {
  const driver = sqliteDriver({ path: ':memory:' })
  onTestFinished(() => driver.close())
  const session = await driver.scratch?.()
  if (session === undefined) throw new Error('The driver has no scratch databases')
  for (const statement of statements) await session.execute(statement)
  return session
}

/** A scratch database with the migrations of an example database applied, without their tables for records. */
export async function exampleDatabase(name: string): Promise<Session> {
  const folder = fileURLToPath(new URL(`../../../databases/${name}`, import.meta.url))
  const { migrations, scripts } = await loadMigrations(folderSource({ directory: folder }), {
    dialect: sqliteDialect,
    applied: [],
    protectedTables: [],
  })
  const session = await scratch()
  for (const { version } of migrations) {
    const { up } = await scripts.get(version)
    for (const { start, end } of up.statements) await session.execute(up.sql.slice(start, end))
  }
  return session
}
