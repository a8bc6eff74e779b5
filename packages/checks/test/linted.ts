import { type Dialect, MigrationRunner, parseSingleFile, type Source } from '@whimbrel/core'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { type LintOptions, type LintReport, lint } from '../src/index.ts'

/** The text of a migration file; a text with markers stays as it is. */
export function migration(up: string, header = ''): string {
  if (up.includes('=== UP MIGRATION ===')) return up
  return `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\nSELECT 'down';\n`
}

/** Migrations by id, from memory. */
export function sourceOf(files: Readonly<Record<string, string>>): Source {
  const entries = Object.entries(files).map(([id, text]) => {
    const [, version = '', name = ''] = /^0*(\d+)_(.*)$/.exec(id) ?? []
    const named = { id, version, name, fingerprint: `${text.length} ${text}`, file: `${id}.sql` }
    const parse = (dialect: Dialect) => parseSingleFile(text, named, dialect)
    return { id, version, name, read: async () => ({ fingerprint: named.fingerprint, parse }) }
  })
  return { location: 'memory', list: async () => ({ entries, problems: [] }) }
}

/** A database at a path, to which migrations can be applied for real. */
export class LintedDatabase {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Applies up parts for real, as migrations 1, 2, 3 … */
  async apply(...ups: readonly string[]): Promise<void> {
    const driver = this.driver()
    try {
      await new MigrationRunner({ driver, tracker: sqlVersionTracker(), source: numbered(ups) }).up()
    } finally {
      await driver.close()
    }
  }

  /** Looks at up parts, of which the first ones may be applied. */
  async lint(ups: readonly string[], options: Partial<LintOptions> = {}): Promise<LintReport> {
    const driver = this.driver()
    try {
      return await lint({ driver, tracker: sqlVersionTracker(), source: numbered(ups), ...options })
    } finally {
      await driver.close()
    }
  }

  driver() {
    return sqliteDriver({ path: this.#path })
  }
}

function numbered(ups: readonly string[]): Source {
  return sourceOf(
    Object.fromEntries(ups.map((up, index) => [`${String(index + 1).padStart(3, '0')}_step`, migration(up)])),
  )
}
