import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CampaignSettings, type Outcome, onStage, type Stage, tryPoints } from './campaign.ts'
import { type Case, caseName } from './case.ts'
import { Disk, type Luck } from './disk.ts'
import { type DiskCall, diskCalls, readDiskCalls } from './disk-call.ts'
import { finish } from './finish.ts'
import { companions, type Project } from './project.ts'
import { sample, seededRandom, seedOf } from './random.ts'
import { plainEnvironment } from './run-process.ts'
import { standingOf } from './standing.ts'
import { readTrace, straceWords } from './strace.ts'
import { victimCommand } from './victim-process.ts'
import { whimbrelCommand } from './whimbrel-command.ts'

/** Files that matter after a restart: what is shared in memory is not among them. */
const durable = companions.filter((suffix) => suffix !== '-shm')

/** After each of these a run goes on to its end from what was found. */
const finishEvery = 40

/**
 * Records every call of a case that reaches the disk, and rebuilds what a loss of power between any two of them may
 * leave. `states` is how many are rebuilt for each moment; equal ones count once.
 */
export async function powerLoss(of: Case, settings: CampaignSettings, states: number): Promise<void> {
  await onStage(of, settings, async (stage) => {
    const { files, calls } = await record(stage.project)
    const all = Array.from({ length: calls.length + 1 }, (_, cut) => ({
      name: `after ${cut} calls`,
      where: cut,
    }))
    const moments = sample(all, settings.points, seededRandom(seedOf(settings.seed, `cuts ${caseName(of)}`)))
    const seen = new Set<string>()
    const shared = { files, calls, states, seen, stage, seed: seedOf(settings.seed, `power ${caseName(of)}`) }
    await tryPoints({ scenario: 'power', of, settings }, moments, (cut) => cutAt(cut, shared))
  })
}

interface Recorded {
  readonly files: ReadonlyMap<string, Buffer>
  readonly calls: readonly DiskCall[]
}

interface Shared extends Recorded {
  readonly states: number
  readonly seen: Set<string>
  readonly stage: Stage
  readonly seed: number
}

/** Rebuilds and judges what one moment may leave. */
async function cutAt(cut: number, { files, calls, states, seen, stage, seed }: Shared): Promise<Outcome> {
  const disk = new Disk(files)
  for (const call of calls.slice(0, cut)) disk.apply(call)
  const acknowledged = acknowledgedBy(calls.slice(0, cut), stage)
  const random = seededRandom(seed + cut)
  let judged = 0
  for (let round = 0; round < states; round += 1) {
    const luck: Luck = round === 0 ? 'nothing' : round === 1 ? 'everything' : 'some'
    if (round > 1 && disk.unsafe === 0) break
    const found = disk.afterPowerLoss(luck, random)
    const name = `${acknowledged} ${fingerprint(found)}`
    if (seen.has(name)) continue
    seen.add(name)
    judged += 1
    const wrong = await judge(found, { acknowledged, stage, finishes: seen.size % finishEvery === 0 })
    if (wrong !== undefined)
      return { hit: true, states: judged, ...wrong, why: `${wrong.why} (round ${round})` }
  }
  return { hit: true, states: judged }
}

async function judge(
  found: ReadonlyMap<string, Buffer>,
  { acknowledged, stage, finishes }: { acknowledged: number; stage: Stage; finishes: boolean },
): Promise<{ wrong: string; why: string } | undefined> {
  const { project, judge } = stage
  project.clear()
  for (const [file, bytes] of found) writeFileSync(file, bytes)
  const verdict = judge.look(standingOf(finishes ? project.aside() : project.database))
  if (verdict.is !== 'legal') return { wrong: verdict.is, why: verdict.why }
  if (verdict.rank < acknowledged) {
    return { wrong: 'lost', why: `${acknowledged} steps had been reported, ${verdict.rank} are there` }
  }
  const stuck = finishes ? await finish(project, judge) : undefined
  return stuck === undefined ? undefined : { wrong: 'stuck', why: stuck }
}

/** Steps that somebody had been told of before. */
function acknowledgedBy(calls: readonly DiskCall[], { judge }: Stage): number {
  const text = calls.map((call) => (call.is === 'say' ? call.text : '')).join('')
  let steps = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    const { committed, said, exitCode } = JSON.parse(line)
    if (committed !== undefined) steps += committed.length
    if (exitCode === 0 || said?.exitCode === 0) steps = judge.last
  }
  return steps
}

/** Tells contents of files apart. */
export function fingerprint(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256')
  for (const name of [...files.keys()].sort())
    hash
      .update(`${name}\0`)
      .update(files.get(name) ?? '')
      .update('\0')
  return hash.digest('base64')
}

async function record(project: Project): Promise<Recorded> {
  project.reset()
  const { folder } = project
  const places = durable.map((suffix) => project.database + suffix)
  const files = new Map(places.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file)]))
  return { files, calls: await recordCalls({ folder, places, command: commandOf(project) }) }
}

/** A process whose calls on some files of a folder are recorded. */
export interface Recording {
  readonly folder: string
  readonly places: readonly string[]
  readonly command: readonly string[]
}

/** Runs a command under strace, with contents; what the process says goes to a file, so that its moment is known. */
export async function recordCalls({ folder, places, command }: Recording): Promise<readonly DiskCall[]> {
  const said = join(folder, 'said.jsonl')
  const output = join(folder, 'trace.txt')
  const tracing = { paths: [...places, folder, said], calls: [...diskCalls, 'link'], output }
  const [program = '', ...words] = [...straceWords(tracing), '-y', '-xx', '-s', '1000000', ...command]
  const out = openSync(said, 'w')
  const child = spawn(program, words, {
    cwd: folder,
    env: plainEnvironment,
    stdio: ['ignore', out, 'ignore'],
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  closeSync(out)
  if (code !== 0) throw new Error(`The recorded run ended with ${code}: ${readFileSync(said, 'utf8')}`)
  const isMeant = (call: DiskCall) =>
    call.is === 'say' || places.includes(call.file) || (call.is === 'sync' && call.file === folder)
  return readDiskCalls(readTrace(output), said, folder).filter(isMeant)
}

function commandOf(project: Project): readonly string[] {
  if (project.of.vehicle === 'command') return whimbrelCommand(project.words)
  return victimCommand({ runner: project.of.runner, job: project.job() })
}
