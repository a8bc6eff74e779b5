import type { DatabaseFile } from './database-file.ts'
import { openWithoutTrace, type ReadingOptions } from './open-for-reading.ts'

/** Looks at a file on a new connection: what is wrong with it, undefined when it is whole. */
export function secondLook(file: DatabaseFile, options: ReadingOptions): string | undefined {
  try {
    const { handle, dispose } = openWithoutTrace(file, options)
    try {
      const [first] = handle.prepare('PRAGMA quick_check(1)').pluck().all() as string[]
      return first === 'ok' ? undefined : first
    } finally {
      dispose()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
