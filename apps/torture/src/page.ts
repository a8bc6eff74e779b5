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
/** Tables on the page, and which results they are made of. */
const sections = [
  {
    begin: '<!-- Written by "pnpm torture --write" from here -->',
    end: '<!-- to here -->',
    isMeant: (result: Result) => !isRelease(result) && !isAcross(result) && !isOnServer(result),
  },
  {
    begin:
      '<!-- Written by "pnpm torture --scenario releases,release-moments,release-faults,release-controls --write" from here -->',
    end: '<!-- as far as here -->',
    isMeant: isRelease,
  },
  {
    begin: '<!-- Written by "pnpm torture --scenario release-engines --write" from here -->',
    end: '<!-- as far as this -->',
    isMeant: isAcross,
  },
  {
    begin: '<!-- Written by "pnpm torture --scenario postgres,mariadb --write" from here -->',
    end: '<!-- as far as these -->',
    isMeant: isOnServer,
  },
] as const

/** Writes the tables between the marks of docs/reliability.md; the words around them are written by hand. */
export function writePage(all: readonly Result[], options: Options): void {
  for (const { begin, end, isMeant } of sections) {
    const results = all.filter(isMeant)
    if (results.length === 0) continue
    const [before, rest = ''] = readFileSync(page, 'utf8').split(begin)
    const after = rest.slice(rest.indexOf(end) + end.length)
    const tables = `${circumstances(results, options)}\n${summaryOf(results)}`
    writeFileSync(page, `${before}${begin}\n\n${tables}\n${end}${after}`)
  }
}

function isRelease({ case: name }: Result): boolean {
  return name.includes(': release over ')
}

function isAcross({ case: name }: Result): boolean {
  return name.includes(': release across ')
}

function isOnServer({ case: name }: Result): boolean {
  return name.includes(': up on ')
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
