import type { PragmaValue } from './manifest.ts'

/** What one pragma accepts: a switch, a whole number, or one of some words. */
export interface PragmaRule {
  readonly about: string
  readonly accepts: 'switch' | 'number' | readonly string[]
  /** The words may be given as their position too, as SQLite does. */
  readonly numbered?: true
}

/**
 * The pragmas a manifest can set: those that configure a connection or a new file. Left out is what changes
 * data (user_version), hides damage (writable_schema, ignore_check_constraints) or would keep other
 * connections out (locking_mode, query_only). https://www.sqlite.org/pragma.html
 */
export const pragmaRules: Readonly<Record<string, PragmaRule>> = {
  analysis_limit: { accepts: 'number', about: 'Rows that ANALYZE looks at in each index.' },
  auto_vacuum: {
    accepts: ['NONE', 'FULL', 'INCREMENTAL'],
    numbered: true,
    about: 'Whether a new file gives free pages back.',
  },
  automatic_index: { accepts: 'switch', about: 'Let SQLite make temporary indexes for a query.' },
  busy_timeout: { accepts: 'number', about: 'Milliseconds to wait while another connection holds the file.' },
  cache_size: { accepts: 'number', about: 'Pages to keep in memory; a negative number counts KiB.' },
  cache_spill: { accepts: 'switch', about: 'Write dirty pages before the commit when the cache is full.' },
  cell_size_check: { accepts: 'switch', about: 'Check pages for damage as they are read.' },
  checkpoint_fullfsync: { accepts: 'switch', about: 'Use F_FULLFSYNC at checkpoints, on macOS.' },
  encoding: { accepts: ['UTF-8', 'UTF-16', 'UTF-16le', 'UTF-16be'], about: 'Text encoding of a new file.' },
  foreign_keys: { accepts: 'switch', about: 'Enforce foreign keys.' },
  fullfsync: { accepts: 'switch', about: 'Use F_FULLFSYNC, on macOS.' },
  journal_mode: {
    accepts: ['WAL', 'DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY', 'OFF'],
    about: 'How a commit survives a crash.',
  },
  journal_size_limit: { accepts: 'number', about: 'Bytes the journal may keep after a commit; -1 for any.' },
  max_page_count: { accepts: 'number', about: 'Pages the file may have.' },
  mmap_size: { accepts: 'number', about: 'Bytes of the file to map into memory.' },
  page_size: { accepts: 'number', about: 'Bytes of one page of a new file.' },
  recursive_triggers: { accepts: 'switch', about: 'Let a trigger fire triggers.' },
  secure_delete: {
    accepts: ['OFF', 'ON', 'FAST'],
    numbered: true,
    about: 'Overwrite what was deleted.',
  },
  synchronous: {
    accepts: ['OFF', 'NORMAL', 'FULL', 'EXTRA'],
    numbered: true,
    about: 'How often to wait until the disk has it.',
  },
  temp_store: {
    accepts: ['DEFAULT', 'FILE', 'MEMORY'],
    numbered: true,
    about: 'Where temporary tables live.',
  },
  threads: { accepts: 'number', about: 'Threads that may help with sorting.' },
  trusted_schema: { accepts: 'switch', about: 'Let views and triggers call any function.' },
  wal_autocheckpoint: { accepts: 'number', about: 'Pages in the WAL before a checkpoint.' },
}

/** What SQLite is opened with where a manifest does not say otherwise. */
export const defaultPragmas: Readonly<Record<string, PragmaValue>> = {
  journal_mode: 'WAL',
  foreign_keys: 'on',
  busy_timeout: 5000,
  synchronous: 'NORMAL',
}

const switches: Readonly<Record<string, string>> = {
  on: 'on',
  true: 'on',
  yes: 'on',
  1: 'on',
  off: 'off',
  false: 'off',
  no: 'off',
  0: 'off',
}

/** The value in its one spelling, undefined where the pragma does not take it. SQLite itself would ignore it silently. */
export function pragmaValue(rule: PragmaRule, value: string | number | boolean): PragmaValue | undefined {
  const written = String(value).toLowerCase()
  if (rule.accepts === 'switch') return Object.hasOwn(switches, written) ? switches[written] : undefined
  if (rule.accepts === 'number') {
    return /^-?\d+$/.test(written) && Number.isSafeInteger(Number(written)) ? Number(written) : undefined
  }
  if (rule.numbered && /^\d$/.test(written)) return rule.accepts[Number(written)]
  return rule.accepts.find((word) => word.toLowerCase() === written)
}

/** What a pragma takes, for messages. */
export function pragmaForm(rule: PragmaRule): string {
  if (rule.accepts === 'switch') return 'true or false, "on" or "off"'
  if (rule.accepts === 'number') return 'a whole number'
  return `one of ${rule.accepts.join(', ')}`
}
