import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { MigrateError } from '@whimbrel/core'

/** Parts of a backup, in the order in which they are written and run. */
export const sectionNames = ['tables', 'definitions', 'views', 'events'] as const

export type SectionName = (typeof sectionNames)[number]

/** Where the sections of a file begin, in bytes. */
export type Sections = Readonly<Record<SectionName | 'end', number>>

const form = 'whimbrel backup of one database, sections '
/** More than the last line of a file can have. */
const TAIL = 4096

/** The last line of a file, which is a comment for everybody else. */
export function sectionsLine(sections: Sections): Buffer {
  return Buffer.from(`\n-- ${form}${JSON.stringify(sections)}\n`)
}

/** Throws BACKUP_DAMAGED. */
export async function readSections(path: string): Promise<Sections> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const line = buffer.toString('utf8').trimEnd().split('\n').at(-1) ?? ''
    if (!line.startsWith(`-- ${form}`)) throw noEnd(path)
    return JSON.parse(line.slice(`-- ${form}`.length)) as Sections
  } catch (error) {
    throw error instanceof SyntaxError ? noEnd(path) : error
  } finally {
    await file.close()
  }
}

/** The text of some sections that follow each other, behind statements of our own. */
export function sectionText(
  path: string,
  sections: Sections,
  { from, to, before }: { from: SectionName; to: SectionName | 'end'; before: string },
): Readable {
  async function* text() {
    yield Buffer.from(before)
    const [start, end] = [sections[from], sections[to]]
    if (end > start) yield* createReadStream(path, { start, end: end - 1 })
  }
  return Readable.from(text(), { objectMode: false })
}

function noEnd(path: string): MigrateError {
  return new MigrateError(
    'BACKUP_DAMAGED',
    `${path} cannot be used: its last line is not the one that was written`,
    {
      hint: 'Take another one: "whimbrel backups" lists them with their state',
      details: { file: path },
    },
  )
}
