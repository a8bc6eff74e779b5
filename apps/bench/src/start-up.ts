import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateMigrations } from './generate.ts'
import type { Figures } from './measure.ts'
import { runProcess } from './run-process.ts'
import { asSingleFile } from './single-file.ts'
import { whimbrelCommand } from './whimbrel-command.ts'
import { writeFiles } from './write-files.ts'

/** The program that the others are compared with. */
export const bareProgram = 'node, better-sqlite3 and one query'

const databases = ['settings', 'knowledge_graph', 'ontology']

/** Milliseconds that a command takes when it has next to nothing to do. */
export function measureStartUp(
  root: string,
  { runs, whimbrel }: { runs: number; whimbrel: boolean },
): Figures {
  const directory = mkdtempSync(join(root, 'start-up-'))
  prepareDatabases(directory)
  const oneQuery = fileURLToPath(new URL('./one-query.js', import.meta.url))
  if (whimbrel) runProcess(whimbrelCommand('up'), directory)
  const commands: Record<string, readonly string[]> = {
    [bareProgram]: [process.execPath, oneQuery, join(directory, 'query.db')],
    'node -e 0': [process.execPath, '-e', '0'],
    ...(whimbrel && {
      'whimbrel --version': whimbrelCommand('--version'),
      'whimbrel status, three small databases': whimbrelCommand('status'),
    }),
  }
  const figures: Record<string, number[]> = Object.fromEntries(
    Object.keys(commands).map((name) => [name, []]),
  )
  for (let run = 0; run < runs; run += 1) {
    for (const [name, command] of Object.entries(commands)) {
      figures[name]?.push(runProcess(command, directory).milliseconds)
    }
  }
  return figures
}

function prepareDatabases(directory: string): void {
  writeFileSync(join(directory, 'query.db'), '')
  for (const name of databases)
    writeFiles(join(directory, 'databases', name), generateMigrations(10), asSingleFile)
  const entries = databases.map((name) => [name, { url: `sqlite:../${name}.db`, migrations: name }])
  const manifest = { databases: Object.fromEntries(entries) }
  writeFileSync(join(directory, 'databases', 'manifest.json'), JSON.stringify(manifest, null, 2))
}
