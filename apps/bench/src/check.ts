import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CheckJob } from './check-in-process.ts'
import { generateMigrations } from './generate.ts'
import type { Figures } from './measure.ts'
import { runProcess } from './run-process.ts'
import { asSingleFile } from './single-file.ts'
import { whimbrelCommand } from './whimbrel-command.ts'
import { writeFiles } from './write-files.ts'

/** Milliseconds of applying migrations once and of checking them, by turns. */
export interface CheckFigures {
  readonly count: number
  readonly inProcess: Figures
  readonly process: Figures
}

/** Measures what `check` takes beside a cold apply of the same migrations. */
export function measureCheck(root: string, { runs, count }: { runs: number; count: number }): CheckFigures {
  const directory = mkdtempSync(join(root, 'check-'))
  const migrations = join(directory, 'migrations')
  writeFiles(migrations, generateMigrations(count), asSingleFile)
  const job: CheckJob = { directory, migrations, runs }
  const program = fileURLToPath(new URL('./check-in-process.js', import.meta.url))
  const { output } = runProcess([process.execPath, '--expose-gc', program, JSON.stringify(job)], directory)
  const apply: number[] = []
  const check: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const folder = join(directory, `run-${run}`)
    mkdirSync(folder)
    const databases = { app: { url: 'sqlite:app.db', migrations } }
    writeFileSync(join(folder, 'whimbrel.json'), JSON.stringify({ databases }))
    apply.push(runProcess(whimbrelCommand('up'), folder).milliseconds)
    check.push(runProcess(whimbrelCommand('check'), folder).milliseconds)
  }
  return { count, inProcess: JSON.parse(output), process: { apply, check } }
}
