import type { Diagnosis } from '@whimbrel/core'
import { installedVersion } from '../engine.ts'
import type { DiagnosisContext } from './diagnosis-context.ts'

/** Options that migrations, searches and `stats` depend on. */
const wanted = ['ENABLE_FTS5', 'ENABLE_DBSTAT_VTAB', 'ENABLE_RTREE', 'ENABLE_MATH_FUNCTIONS']
const shown = /^(?:THREADSAFE|DQS|DEFAULT_FOREIGN_KEYS)=/

/** Versions, and what this SQLite was built with. */
export function checkEngine({ engine }: Pick<DiagnosisContext, 'engine'>): readonly Diagnosis[] {
  const handle = new engine(':memory:')
  try {
    const version = handle.prepare('SELECT sqlite_version()').pluck().get()
    const options = handle.prepare('PRAGMA compile_options').pluck().all() as string[]
    const missing = wanted.filter((option) => !options.includes(option))
    const has = options.filter((option) => shown.test(option) || wanted.includes(option))
    return [
      { name: 'engine', verdict: 'ok', message: `better-sqlite3 ${installedVersion()}, SQLite ${version}` },
      missing.length === 0
        ? { name: 'build', verdict: 'ok', message: has.join(', ') }
        : { name: 'build', verdict: 'note', message: `${has.join(', ')}; without ${missing.join(', ')}` },
    ]
  } finally {
    handle.close()
  }
}
