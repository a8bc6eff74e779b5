import { type Diagnosis, MigrateError } from '@whimbrel/core'
import { openForReading } from '../open-for-reading.ts'
import { type PragmaValue, readPragma, samePragma } from '../pragmas.ts'
import type { FileContext } from './diagnosis-context.ts'

/** What a file keeps; everything else is set anew on every connection. */
const kept = ['journal_mode', 'page_size', 'encoding', 'auto_vacuum']

/** Opens it as every look does, and compares what the file keeps with what is configured. */
export function checkContent({ file, engine, busyTimeoutMs, pragmas }: FileContext): readonly Diagnosis[] {
  if (!file.exists()) return []
  try {
    const { handle, dispose } = openForReading(file, { engine, busyTimeoutMs: Math.min(busyTimeoutMs, 1000) })
    try {
      const found = kept.map((name) => ({ name, found: readPragma(handle, name), asked: pragmas.get(name) }))
      return [
        { name: 'content', verdict: 'ok', message: 'can be read' },
        ...found.map(compare),
        others(pragmas),
      ]
    } finally {
      dispose()
    }
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return [{ name: 'content', verdict: 'problem', message: error.message, hint: error.hint }]
  }
}

interface Found {
  readonly name: string
  readonly found: string | number | undefined
  readonly asked: PragmaValue | undefined
}

function compare({ name, found, asked }: Found): Diagnosis {
  if (asked === undefined || samePragma(name, asked, found))
    return { name, verdict: 'ok', message: `${found}${asked === undefined ? '' : ', as configured'}` }
  const settled = name !== 'journal_mode'
  return {
    name,
    verdict: 'note',
    message: `${found}, configured as ${asked}`,
    hint: settled
      ? 'It is fixed once there is a table: take it out of the manifest, or rebuild the file'
      : 'The next run that writes sets it, as long as no other connection is open',
  }
}

function others(pragmas: ReadonlyMap<string, PragmaValue>): Diagnosis {
  const set = [...pragmas].filter(([name]) => !kept.includes(name)).map(([name, value]) => `${name} ${value}`)
  return { name: 'pragmas', verdict: 'ok', message: `set on every connection: ${set.join(', ')}` }
}
