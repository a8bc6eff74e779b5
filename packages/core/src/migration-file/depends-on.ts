import type { Dependency } from '../model/migration.ts'
import { type HeaderItem, headerError } from './header-item.ts'

const ENTRY = /^(\?)?\s*(?:([A-Za-z0-9_-]+)\s*:\s*)?([A-Za-z0-9_-]+)$/

/** True for a text that `dependency` can read. */
export function isDependency(entry: string): boolean {
  return ENTRY.test(entry)
}

/** Reads one entry of `Depends-On`: `003_add_roles`, `3`, `ontology:002_namespaces`, `?004_optional`. */
export function dependency(entry: string, item: HeaderItem): Dependency {
  const match = ENTRY.exec(entry)
  const target = match?.[3]
  if (match === null || target === undefined) {
    throw headerError(item, {
      message: `${item.key} has an entry that names no migration: "${entry}"`,
      hint:
        'Write an id or a version, with "database:" in front for another database and "?" in front of all for ' +
        '"if present", entries separated by commas: 001_create_users, ontology:2, ?004_optional',
    })
  }
  return { database: match[2], target, optional: match[1] === '?' }
}
