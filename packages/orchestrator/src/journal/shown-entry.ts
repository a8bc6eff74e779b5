import type { JournalDatabase } from './release-journal.ts'

/** A database of a run as people would look for it: `accounts (postgres, postgres://host/accounts)`. */
export function shownEntry({ name, place, engine, location }: JournalDatabase): string {
  if (engine === undefined || engine === 'sqlite') return `${name} (${place})`
  return `${name} (${engine}, ${location ?? place})`
}
