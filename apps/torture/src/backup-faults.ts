import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BackupCase, BackupStage } from './backup-stage.ts'
import type { CampaignSettings, Outcome } from './campaign.ts'
import { Disk, type Luck } from './disk.ts'
import { type DiskCall, diskCalls, readDiskCalls } from './disk-call.ts'
import { possibleErrors } from './io-errors.ts'
import { sample, seededRandom, seedOf } from './random.ts'
import { plainEnvironment } from './run-process.ts'
import { attach, type Fault, readTrace, straceWords, tracedCalls } from './strace.ts'
import { type Obeyed, VictimProcess } from './victim-process.ts'

type Kind = 'kill' | 'io'

/** kill -9, or an error, at the system calls of a backup or a restore. */
export async function backupFaults(kind: Kind, of: BackupCase, settings: CampaignSettings): Promise<void> {
  const stage = await BackupStage.make(of, settings)
  const name = `library: ${of.operation}, ${of.journal}`
  const victims = new Victims(stage)
  try {
    const { trace } = await victims.run()
    const faults = faultsIn(trace, stage.project.folder, kind)
    const chosen = sample(faults, settings.points, seededRandom(seedOf(settings.seed, `${kind} ${name}`)))
    for (const fault of chosen) {
      const point = `${fault.call} ${fault.when} ${fault.what.replace(/^.*=/, '')}`
      if (settings.results.has(kind, name, point)) continue
      const outcome = await disturb(kind, fault, { stage, victims })
      if (outcome.wrong !== undefined)
        settings.onProgress(`${kind}, ${name}, ${point}: ${outcome.wrong}: ${outcome.why}`)
      settings.results.add({ scenario: kind, case: name, point, ...outcome })
    }
    settings.onProgress(`${kind}, ${name}: ${chosen.length} points`)
  } finally {
    await victims.end()
    stage.remove()
  }
}

async function disturb(
  kind: Kind,
  fault: Fault,
  { stage, victims }: { stage: BackupStage; victims: Victims },
): Promise<Outcome> {
  const { said, trace } = await victims.run(fault)
  const hit = kind === 'kill' ? said === undefined : trace.includes('(INJECTED)')
  if (kind === 'io' && said === undefined)
    return { hit, states: 1, wrong: 'silent', why: 'it ended without a word' }
  const outcome = await stage.look(said)
  if (outcome.wrong !== undefined) return { ...outcome, hit }
  let stuck = await stage.finish()
  if (stuck !== undefined && kind === 'io') {
    // A lock that could not be given back is gone with its process, and not before.
    await victims.end()
    stuck = await stage.finish()
  }
  return { ...outcome, hit, ...(stuck !== undefined && { wrong: 'stuck', why: stuck }) }
}

/** The calls of each kind that touch the folder of the stage, by their number among all calls of that kind. */
function faultsIn(trace: string, folder: string, kind: Kind): readonly Fault[] {
  const counts = new Map<string, number>()
  const faults = new Map<string, Fault>()
  for (const line of trace.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    const when = (counts.get(pid + call) ?? 0) + 1
    counts.set(pid + call, when)
    if (call === '' || !line.includes(folder)) continue
    if (kind === 'kill' && call !== 'pread64')
      faults.set(`${call} ${when}`, { call, when, what: 'signal=SIGKILL' })
    if (kind === 'kill') continue
    for (const error of possibleErrors(call)) {
      faults.set(`${call} ${when} ${error}`, { call, when, what: `error=${error}` })
    }
  }
  return [...faults.values()]
}

/** Processes that take or restore backups, one after the other. */
class Victims {
  readonly #stage: BackupStage
  #waiting: VictimProcess | undefined

  constructor(stage: BackupStage) {
    this.#stage = stage
  }

  /** Their files have names that nobody knows before, so that every call counts and not only those on some files. */
  async run(fault?: Fault): Promise<Obeyed & { readonly trace: string }> {
    this.#stage.reset()
    const victim = this.#waiting ?? new VictimProcess()
    this.#waiting = victim
    await victim.ready
    const output = join(this.#stage.original, 'trace.txt')
    const tracer = await attach(victim.pid, { paths: [], calls: tracedCalls, output, fault })
    const obeyed = await victim.obey({ runner: 'whimbrel', job: this.#stage.job })
    if (obeyed.said === undefined) {
      this.#waiting = new VictimProcess()
      await victim.end()
    } else tracer.detach()
    await tracer.ended
    return { ...obeyed, trace: readTrace(output) }
  }

  async end(): Promise<void> {
    await this.#waiting?.end()
    this.#waiting = undefined
  }
}

/** After this many states the backup or restore is done once more from what was found. */
const finishEvery = 40

/** What a loss of power at each moment of a backup or a restore may leave. */
export async function backupPowerLoss(
  of: BackupCase,
  settings: CampaignSettings,
  states: number,
): Promise<void> {
  const stage = await BackupStage.make(of, settings)
  const name = `library: ${of.operation}, ${of.journal}`
  const { results, onProgress, seed } = settings
  try {
    const { files, calls } = await record(stage)
    const seen = new Set<string>()
    const cuts = Array.from({ length: calls.length + 1 }, (_, cut) => cut)
    for (const cut of sample(cuts, settings.points, seededRandom(seedOf(seed, `cuts ${name}`)))) {
      const point = `after ${cut} calls`
      if (results.has('power', name, point)) continue
      const outcome = await cutAt(cut, {
        files,
        calls,
        seen,
        stage,
        states,
        seed: seedOf(seed, `power ${name}`),
      })
      if (outcome.wrong !== undefined)
        onProgress(`power, ${name}, ${point}: ${outcome.wrong}: ${outcome.why}`)
      results.add({ scenario: 'power', case: name, point, ...outcome })
    }
    onProgress(`power, ${name}: ${cuts.length} moments, ${seen.size} states`)
  } finally {
    stage.remove()
  }
}

interface Recorded {
  readonly files: ReadonlyMap<string, Buffer>
  readonly calls: readonly DiskCall[]
}

async function cutAt(
  cut: number,
  {
    files,
    calls,
    seen,
    stage,
    states,
    seed,
  }: Recorded & { seen: Set<string>; stage: BackupStage; states: number; seed: number },
): Promise<Outcome> {
  const disk = new Disk(files)
  for (const call of calls.slice(0, cut)) disk.apply(call)
  const isDone = calls.slice(0, cut).some((call) => call.is === 'say' && call.text.includes('"exitCode":0'))
  const said = isDone ? { exitCode: 0, done: [] } : undefined
  const random = seededRandom(seed + cut)
  let judged = 0
  for (let round = 0; round < states; round += 1) {
    const luck: Luck = round === 0 ? 'nothing' : round === 1 ? 'everything' : 'some'
    if (round > 1 && disk.unsafe === 0) break
    const found = disk.afterPowerLoss(luck, random)
    const key = `${isDone} ${fingerprint(found)}`
    if (seen.has(key)) continue
    seen.add(key)
    judged += 1
    stage.project.clear()
    for (const [file, bytes] of found) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    }
    const { wrong, why } = await stage.look(said)
    const stuck = wrong === undefined && seen.size % finishEvery === 0 ? await stage.finish() : undefined
    if (wrong !== undefined)
      return { hit: true, states: judged, wrong: isDone && wrong === 'false done' ? 'lost' : wrong, why }
    if (stuck !== undefined) return { hit: true, states: judged, wrong: 'stuck', why: stuck }
  }
  return { hit: true, states: judged }
}

function fingerprint(files: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256')
  for (const name of [...files.keys()].sort()) hash.update(`${name}\0`).update(files.get(name) ?? '')
  return hash.digest('base64')
}

async function record(stage: BackupStage): Promise<Recorded> {
  stage.reset()
  const { folder, database, backups } = stage.project
  const isMeant = (file: string) => file.startsWith(database) || file.startsWith(backups)
  const files = new Map(
    filesUnder(folder)
      .filter(isMeant)
      .map((file) => [file, readFileSync(file)]),
  )
  const said = join(stage.original, 'said.jsonl')
  const output = join(stage.original, 'trace.txt')
  const tracing = { paths: [], calls: [...diskCalls, 'link'], output }
  const victim = fileURLToPath(new URL('./victim.js', import.meta.url))
  const order = JSON.stringify({ runner: 'whimbrel', job: stage.job })
  const [program = '', ...words] = [
    ...straceWords(tracing),
    '-xx',
    '-s',
    '1000000',
    process.execPath,
    victim,
    order,
  ]
  const out = openSync(said, 'w')
  const env = { ...plainEnvironment, UV_THREADPOOL_SIZE: '1' }
  const child = spawn(program, words, { cwd: folder, env, stdio: ['ignore', out, 'ignore'] })
  const code = await new Promise((resolve) => child.on('close', resolve))
  closeSync(out)
  if (code !== 0) throw new Error(`The recorded run ended with ${code}: ${readFileSync(said, 'utf8')}`)
  const calls = readDiskCalls(readTrace(output), said, folder)
  const isKept = (call: DiskCall) =>
    call.is === 'say' ||
    (isMeant(call.file) && !call.file.endsWith('-shm')) ||
    (call.is === 'sync' && call.file === folder)
  return { files, calls: calls.filter(isKept) }
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}
