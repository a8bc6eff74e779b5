import type { Diagnosis } from '@whimbrel/core'
import type { FileContext } from './diagnosis-context.ts'

/** Files that SQLite keeps beside the database, and what each of them means. */
export function checkCompanions({ file }: FileContext): readonly Diagnosis[] {
  if (!file.exists()) return []
  const size = (suffix: string) => file.sizeBeside(suffix)
  const [wal, shm, journal] = [size('-wal'), size('-shm'), size('-journal')]
  const found: Diagnosis[] = []
  if (wal !== undefined) found.push(ofLog(wal, shm !== undefined))
  else if (shm !== undefined)
    found.push(note('-shm', 'an index of a log that is not there: it goes with the next connection'))
  if (journal !== undefined) found.push(ofJournal(journal))
  return found.length > 0 ? found : [{ name: 'beside it', verdict: 'ok', message: 'no log and no journal' }]
}

function ofLog(bytes: number, isOpen: boolean): Diagnosis {
  const what = `-wal of ${bytes} bytes`
  return isOpen
    ? note(
        '-wal',
        `${what}: somebody has the database open, or was killed; it belongs to the database, never remove it`,
      )
    : note(
        '-wal',
        `${what} without -shm: left by a crash; the next connection that writes moves it into the file`,
      )
}

function ofJournal(bytes: number): Diagnosis {
  if (bytes === 0) return note('-journal', 'an empty journal: the last transaction is complete')
  return note(
    '-journal',
    `a journal of ${bytes} bytes: a transaction is going on, or was cut off; then the next connection that writes undoes it. Never remove it`,
  )
}

function note(name: string, message: string): Diagnosis {
  return { name, verdict: 'note', message }
}
