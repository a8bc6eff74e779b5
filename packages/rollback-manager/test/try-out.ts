import { type Migration, type Plan, type Script, type Step, sqliteDialect, toScript } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type Impact, impactOf } from '../src/index.ts'

const migration: Omit<Migration, 'id' | 'version' | 'name'> = {
  dependsOn: [],
  environments: [],
  transactional: true,
  foreignKeys: false,
  expectLoss: [],
  checksum: 'sha256:0',
  downChecksum: 'sha256:0',
  fingerprint: '',
  reversible: true,
  empty: false,
}

/** A plan that takes back one migration for each of these scripts, the first one first. */
export function planOf(scripts: readonly string[]): {
  plan: Plan
  scriptOf: (step: Step) => Promise<Script>
} {
  const parsed = new Map<Step, Script>(
    scripts.map((sql, index) => {
      const version = String(scripts.length - index)
      const names = { id: `${version}_m`, version, name: 'm' }
      const step: Step = {
        id: names.id,
        direction: 'down',
        migration: { ...migration, ...names },
        script: 'source',
      }
      return [step, toScript(sql, { dialect: sqliteDialect })]
    }),
  )
  return {
    plan: {
      direction: 'down',
      before: null,
      after: null,
      steps: [...parsed.keys()],
      skipped: [],
      findings: [],
    },
    scriptOf: async (step) => parsed.get(step) as Script,
  }
}

/** A live database, and a handle to it for the test. */
export function liveDatabase(...statements: readonly string[]): Database.Database {
  const database = new Database(':memory:')
  onTestFinished(() => {
    database.close()
  })
  for (const statement of statements) database.exec(statement)
  return database
}

/** What scripts would take away from a live database. */
export async function tryOut(database: Database.Database, ...scripts: readonly string[]): Promise<Impact> {
  const driver = sqliteDriver({ path: 'live', handle: database })
  const session = await driver.session('read')
  const { plan, scriptOf } = planOf(scripts)
  try {
    return await impactOf(plan, { driver, session, trackingTables: ['schema_migrations'], scriptOf })
  } finally {
    await session.close()
  }
}
