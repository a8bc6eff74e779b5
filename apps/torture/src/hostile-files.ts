import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import { type Case, caseName } from './case.ts'
import { type Ending, type HostileText, hostileTexts, randomText } from './hostile-texts.ts'
import type { Project } from './project.ts'
import { seededRandom, seedOf } from './random.ts'
import { startProcess } from './run-process.ts'
import type { Said } from './runner.ts'
import { type Standing, standingOf } from './standing.ts'
import { VictimProcess } from './victim-process.ts'
import { saidByCommand, whimbrelCommand } from './whimbrel-command.ts'

/** Longer than any of these files may take, in milliseconds. */
const patience = 60_000

/** Files that attack the runner: the known ones, and as many random ones. */
export async function hostileFiles(of: Case, settings: CampaignSettings, random: number): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const { project } = stage
    const chance = seededRandom(seedOf(settings.seed, `hostile ${caseName(of)}`))
    const generated = Array.from({ length: random }, (_, number) => randomText(number, chance))
    const texts = [...hostileTexts, ...generated]
    const runner = new HostileRunner(project)
    // It stands alone: nothing else is pending.
    for (const id of project.steps) rmSync(join(project.folder, 'migrations', `${id}.sql`))
    project.reset()
    const before = standingOf(project.aside())
    await tryPoints(
      { scenario: 'hostile', of, settings },
      texts.map((where) => ({ name: where.name, where })),
      (hostile) => attack(hostile, { stage, before, runner }),
    )
    await runner.end()
  })
}

async function attack(
  hostile: HostileText,
  { stage: { project }, before, runner }: { stage: Stage; before: Standing; runner: HostileRunner },
): Promise<Outcome> {
  project.reset()
  writeFileSync(join(project.folder, 'migrations', '003_hostile.sql'), fileOf(hostile))
  const files = readdirSync(project.folder)
    .filter((name) => !name.startsWith('app.db'))
    .join()
  const said = await runner.run()
  const base = { hit: true, states: 1 }
  if (said === undefined) return { ...base, wrong: 'crash', why: 'it ended without a word' }
  const left = endingOf(said)
  const wrong = wrongWith(project, { said, before })
  if (wrong !== undefined) return { ...base, left, ...wrong }
  const now = readdirSync(project.folder)
    .filter((name) => !name.startsWith('app.db'))
    .join()
  if (now !== files) return { ...base, left, wrong: 'file made', why: now }
  if (hostile.ends.includes(left)) return { ...base, left }
  return { ...base, left, wrong: 'unexpected', why: `${left}: ${said.code}: ${said.message}` }
}

function endingOf({ exitCode }: Said): Ending {
  return exitCode === 0 ? 'applied' : exitCode === 1 ? 'undone' : 'refused'
}

/** Applied means all of the file and its record, failed means none of it. */
function wrongWith(
  project: Project,
  { said, before }: { said: Said; before: Standing },
): { wrong: string; why: string } | undefined {
  const heard = `${said.exitCode} ${said.code}: ${said.message}`
  const path = project.aside()
  const standing = standingOf(path)
  if (standing.integrity !== 'ok') return { wrong: 'corrupt', why: `${standing.integrity}; ${heard}` }
  const marks = markTables(path)
  const isRecorded = standing.records.includes('003_hostile applied')
  if (said.exitCode === 0) {
    const isWhole = isRecorded && marks.join() === 'mark_first,mark_last'
    return isWhole
      ? undefined
      : { wrong: 'half applied', why: `${marks.join()}; ${standing.records}; ${heard}` }
  }
  if (
    ![1, 2, 3].includes(said.exitCode) ||
    (said.message ?? '') === '' ||
    (said.hint ?? '') === '' ||
    said.code === 'INTERNAL'
  ) {
    return { wrong: 'no message', why: heard }
  }
  const isOld = standing.content === before.content && standing.records === before.records
  return isOld ? undefined : { wrong: 'left behind', why: `${marks.join()}; ${standing.records}; ${heard}` }
}

function markTables(path: string): readonly string[] {
  const database = new Database(path)
  try {
    return database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE name GLOB 'mark_*' ORDER BY name")
      .pluck()
      .all()
  } finally {
    database.close()
  }
}

function fileOf({ up, header }: HostileText): Buffer {
  const head = header === undefined ? '' : `${header}\n`
  return Buffer.concat([
    Buffer.from(`${head}-- === UP MIGRATION ===\nCREATE TABLE mark_first (id INTEGER);\n`),
    up,
    Buffer.from(
      '\nCREATE TABLE mark_last (id INTEGER);\n-- === DOWN MIGRATION ===\nDROP TABLE mark_first;\n',
    ),
  ])
}

/** Runs the hostile file in a process of its own, which may crash or hang. */
class HostileRunner {
  readonly #project: Project
  #victim: VictimProcess | undefined

  constructor(project: Project) {
    this.#project = project
  }

  async run(): Promise<Said | undefined> {
    if (this.#project.of.vehicle === 'command') return this.#command()
    const victim = this.#victim ?? new VictimProcess()
    this.#victim = victim
    await victim.ready
    const timer = setTimeout(() => victim.signal('SIGKILL'), patience)
    const { said } = await victim.obey({
      runner: this.#project.of.runner,
      job: { ...this.#project.job(), to: '003_hostile' },
    })
    clearTimeout(timer)
    if (said === undefined) this.#victim = undefined
    return said
  }

  async end(): Promise<void> {
    await this.#victim?.end()
  }

  async #command(): Promise<Said | undefined> {
    const command = whimbrelCommand(['up', '--to', '003_hostile', '--json'])
    const running = startProcess(command, this.#project.folder)
    const timer = setTimeout(() => running.kill('SIGKILL'), patience)
    const { stdout } = await running.ended
    clearTimeout(timer)
    return saidByCommand(stdout)
  }
}
