import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, platform, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import type { Options } from './options.ts'
import type { Result } from './result.ts'
import { straceVersion } from './strace.ts'
import { summaryOf } from './summary.ts'
import { whimbrelVersion } from './whimbrel-command.ts'

const page = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url))
const begin = '<!-- Written by "pnpm torture --write" from here -->'
const end = '<!-- to here -->'

/** Writes the tables between the two marks of docs/reliability.md; the words around them are written by hand. */
export function writePage(results: readonly Result[], options: Options): void {
  const text = readFileSync(page, 'utf8')
  const [before, rest = ''] = text.split(begin)
  const after = rest.split(end)[1] ?? ''
  writeFileSync(
    page,
    `${before}${begin}\n\n${circumstances(results, options)}\n${summaryOf(results)}\n${end}${after}`,
  )
}

function circumstances(results: readonly Result[], { seed }: Options): string {
  const database = new Database(':memory:')
  const sqlite = database.prepare<[], string>('SELECT sqlite_version()').pluck().get()
  database.close()
  const commits = [...new Set(results.map(({ commit }) => commit))].join(', ')
  return `${new Date().toISOString().slice(0, 10)}: whimbrel ${whimbrelVersion()} at ${commits}, seed ${seed}; SQLite ${sqlite} in better-sqlite3, Node ${process.versions.node},
strace ${straceVersion()}, ${platform()} ${release()}, ${cpus().length} cores, files in memory (tmpfs).
`
}
