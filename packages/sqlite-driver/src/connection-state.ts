import type { Connection } from './connection.ts'

/**
 * Settings of a connection that a statement can change and that a rollback does not change back. Those in the first
 * list can be set inside a transaction too.
 */
const anywhere = [
  'analysis_limit',
  'automatic_index',
  'cache_size',
  'cache_spill',
  'cell_size_check',
  'checkpoint_fullfsync',
  'defer_foreign_keys',
  'fullfsync',
  'ignore_check_constraints',
  'journal_size_limit',
  'legacy_alter_table',
  'max_page_count',
  'mmap_size',
  'query_only',
  'read_uncommitted',
  'recursive_triggers',
  'reverse_unordered_selects',
  'secure_delete',
  'threads',
  'trusted_schema',
  'wal_autocheckpoint',
  'writable_schema',
] as const
const outsideOnly = ['locking_mode', 'synchronous', 'temp_store'] as const

/** Settings that transactions switch themselves, with the values that hold outside of them. */
export interface UsualSettings {
  readonly foreign_keys: number
  readonly busy_timeout: number
}

/** Keeps the settings of a connection equal before and after what others run on it. */
export class ConnectionState {
  readonly #connection: Connection
  readonly #usual: UsualSettings
  #baseline: ReadonlyMap<string, string | number> | undefined
  #touched = false
  #likeTouched = false

  constructor(connection: Connection, usual: UsualSettings) {
    this.#connection = connection
    this.#usual = usual
  }

  /** To be told of every statement before it runs; remembers the settings before the first PRAGMA. */
  notice(sql: string): void {
    const first = sql.charCodeAt(0) | 0x20
    // Anything that begins with a letter other than p is no PRAGMA.
    if (first !== 0x70 && first >= 0x61 && first <= 0x7a) return
    if (!/\bpragma\b/i.test(sql)) return
    this.#baseline ??= this.#read()
    this.#touched = true
    // The one setting that cannot be read.
    this.#likeTouched ||= /case_sensitive_like/i.test(sql)
  }

  /** Puts back what can be put back here; all of it outside a transaction. */
  restore(): void {
    if (!this.#touched || this.#baseline === undefined) return
    const outside = !this.#connection.inTransaction
    for (const [name, wanted] of this.#baseline) {
      if (!outside && !(anywhere as readonly string[]).includes(name)) continue
      if (this.#connection.pragma(name) !== wanted) this.#connection.setPragma(name, wanted)
    }
    if (this.#likeTouched) this.#connection.setPragma('case_sensitive_like', 0)
    if (!outside) return
    this.#touched = false
    this.#likeTouched = false
  }

  #read(): ReadonlyMap<string, string | number> {
    const values = new Map<string, string | number>(Object.entries(this.#usual))
    for (const name of [...anywhere, ...outsideOnly]) {
      const value = this.#connection.pragma(name)
      if (value !== undefined) values.set(name, value)
    }
    return values
  }
}
