import { MigrateError } from '../migrate-error.ts'
import type { SourceEntry, SourceListing } from '../ports/source.ts'
import { orProblem } from '../sources/or-problem.ts'
import { entryOf, type Folder, isSqlName, relevant, shownChild } from './folder.ts'
import { readParts } from './read-parts.ts'
import { parseSqlName, refuseFolder } from './sql-name.ts'

const OWN = 'paired'

/** The files of one id, as far as they were found. */
interface Pair {
  readonly ups: string[]
  readonly downs: string[]
}

/** `007_add_index.sql` with `007_add_index_down.sql`, or `.up.sql` with `.down.sql`. */
export function pairedLayout(folder: Folder): SourceListing {
  const entries: SourceEntry[] = []
  const problems: MigrateError[] = []
  for (const child of relevant(folder.children)) {
    if (child.isDirectory()) orProblem(problems, () => refuseFolder(folder, child.name, OWN))
  }
  for (const [id, pair] of pairs(folder)) {
    orProblem(problems, () => entries.push(entryOfPair(folder, id, pair)))
  }
  return { entries, problems }
}

function pairs(folder: Folder): Map<string, Pair> {
  const files = relevant(folder.children).filter((child) => !child.isDirectory() && isSqlName(child.name))
  const names = files.map((child) => child.name)
  const found = new Map<string, Pair>()
  for (const name of names) {
    const { id, down } = roleOf(name, names)
    const pair = found.get(id) ?? { ups: [], downs: [] }
    found.set(id, pair)
    ;(down ? pair.downs : pair.ups).push(name)
  }
  return found
}

/** `005_scroll_down.sql` is an up where a down of its own stands beside it and nothing called `005_scroll` does. */
function roleOf(name: string, names: readonly string[]): { id: string; down: boolean } {
  const dotted = /^(.*)\.(up|down)\.sql$/i.exec(name)
  if (dotted?.[1] !== undefined) return { id: dotted[1], down: dotted[2]?.toLowerCase() === 'down' }
  const id = name.slice(0, -4)
  const partner = /^(.*)_down$/i.exec(id)?.[1]
  if (partner === undefined) return { id, down: false }
  const has = (stem: string, endings: readonly string[]) =>
    endings.some((ending) => names.includes(stem + ending))
  const isUp = !has(partner, ['.sql', '.up.sql']) && has(id, ['_down.sql', '.down.sql'])
  return isUp ? { id, down: false } : { id: partner, down: true }
}

function entryOfPair(folder: Folder, id: string, { ups, downs }: Pair): SourceEntry {
  const [up, secondUp] = ups
  const [down, secondDown] = downs
  if (up === undefined) throw withoutUp(folder, id, down ?? '')
  const name = parseSqlName(folder, up, /\.up\.sql$/i.test(up) ? '.up.sql' : '.sql')
  if (secondUp !== undefined) throw twice(folder, 'up', [up, secondUp])
  if (down !== undefined && secondDown !== undefined) throw twice(folder, 'down', [down, secondDown])
  return entryOf(name, () => readParts(name, folder, { up, down }))
}

function withoutUp(folder: Folder, id: string, down: string): MigrateError {
  const file = shownChild(folder, down)
  return new MigrateError('MIGRATION_LAYOUT', `${file} takes back a migration that is not there: ${id}`, {
    hint: `Add ${id}.sql beside it, or remove it; an up whose name really ends in "down" is written ….up.sql`,
    details: { file, migration: id },
  })
}

function twice(folder: Folder, direction: string, files: readonly string[]): MigrateError {
  const shown = files.map((file) => shownChild(folder, file))
  return new MigrateError(
    'MIGRATION_DUPLICATE',
    `${shown.join(' and ')} are both the ${direction} of one migration`,
    {
      hint: 'Keep one of the two files',
      details: { file: shown[1], files: shown },
    },
  )
}
