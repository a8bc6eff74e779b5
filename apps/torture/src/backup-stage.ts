import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CampaignSettings, Outcome } from './campaign.ts'
import type { Case, Journal } from './case.ts'
import { Project } from './project.ts'
import { completeBackups, runBackups } from './run-backups.ts'
import { runWhimbrel } from './run-whimbrel.ts'
import type { Job, Said } from './runner.ts'
import { type Standing, standingOf } from './standing.ts'

export type BackupOperation = 'backup' | 'restore'

export interface BackupCase {
  readonly operation: BackupOperation
  readonly journal: Journal
}

/** Both, in both journal modes. */
export const backupCases: readonly BackupCase[] = (['backup', 'restore'] as const).flatMap((operation) =>
  (['WAL', 'DELETE'] as const).map((journal) => ({ operation, journal })),
)

/**
 * A database that is backed up, or over which an older backup is restored. Before the restore three migrations were
 * rolled back, so that the backup and what is there differ in schema, rows and records.
 */
export class BackupStage {
  /** For the names of results. */
  readonly of: Case
  readonly operation: BackupOperation
  readonly project: Project
  readonly #original: string
  #old: Standing
  #new: Standing

  static async make(
    { operation, journal }: BackupCase,
    { root }: Pick<CampaignSettings, 'root'>,
  ): Promise<BackupStage> {
    mkdirSync(root, { recursive: true })
    const of: Case = { operation: 'down', mode: 'batch', journal, vehicle: 'library', runner: 'whimbrel' }
    const project = await Project.make(of, mkdtempSync(join(root, 'whimbrel-torture-')))
    project.reset()
    const stage = new BackupStage(of, operation, project)
    if (operation === 'restore') await stage.#rollBack()
    cpSync(project.database, join(stage.#original, 'app.db'))
    if (existsSync(project.backups))
      cpSync(project.backups, join(stage.#original, 'backups'), { recursive: true })
    stage.reset()
    return stage
  }

  private constructor(of: Case, operation: BackupOperation, project: Project) {
    this.of = of
    this.operation = operation
    this.project = project
    this.#original = join(project.folder, 'before')
    mkdirSync(this.#original)
    this.#new = standingOf(project.aside())
    this.#old = this.#new
  }

  get job(): Job {
    return { ...this.project.job(), operation: this.operation }
  }

  /** Where the originals of a stage are kept; nothing in it belongs to the case. */
  get original(): string {
    return this.#original
  }

  reset(): void {
    this.project.clear()
    cpSync(join(this.#original, 'app.db'), this.project.database)
    const backups = join(this.#original, 'backups')
    if (existsSync(backups)) cpSync(backups, this.project.backups, { recursive: true })
  }

  remove(): void {
    rmSync(this.project.folder, { recursive: true, force: true })
  }

  /** Is the database old or new, is every backup that calls itself complete right, and is nothing lost? */
  async look(said: Said | undefined): Promise<Outcome> {
    const base = { hit: true, states: 1 }
    const standing = standingOf(this.project.aside())
    if (standing.integrity !== 'ok') return { ...base, wrong: 'corrupt', why: standing.integrity }
    const [isOld, isNew] = [same(standing, this.#old), same(standing, this.#new)]
    if (!isOld && !isNew)
      return { ...base, wrong: 'disagrees', why: `neither old nor new: ${standing.records}` }
    const { complete, wrong } = await completeBackups(this.job)
    if (wrong !== undefined) return { ...base, wrong: 'bad backup', why: wrong }
    const taken = complete.length - (this.operation === 'restore' ? 1 : 0)
    if (this.operation === 'restore' && taken < 0)
      return { ...base, wrong: 'lost', why: 'the backup is gone' }
    if (this.operation === 'restore' && !isOld && taken === 0) {
      return { ...base, wrong: 'lost', why: 'it was restored, and what was there before is nowhere' }
    }
    const isDone = this.operation === 'backup' ? taken > 0 : isNew
    const left = isDone ? 'new' : taken > 0 ? 'old, kept' : 'old'
    return { ...base, left, ...this.#lie(said, isDone) }
  }

  /** Does it once more, undisturbed; undefined where everything is right then and nothing is left behind. */
  async finish(): Promise<string | undefined> {
    const said = await runBackups(this.job)
    if (said.exitCode !== 0) return `the next run says ${said.exitCode} ${said.code}: ${said.message}`
    const { wrong, why } = await this.look(said)
    if (wrong !== undefined) return `after the next run: ${wrong}: ${why}`
    const left = [...readdirSync(this.project.folder), ...readdirSync(this.project.backups)]
    // Who only reads leaves a -wal as it is; who restores leaves none.
    const leftover = this.operation === 'restore' ? /-(wal|shm|journal)$|\.(part|restoring)/ : /\.part/
    const odd = left.filter((name) => leftover.test(name) && !name.includes('lock'))
    return odd.length === 0 ? undefined : `after the next run ${odd.join(', ')} is left`
  }

  #lie(said: Said | undefined, isDone: boolean): { wrong: string; why: string } | undefined {
    if (said === undefined) return undefined
    const heard = `it said ${said.exitCode} ${said.code}: ${said.message}`
    if (said.exitCode === 0) return isDone ? undefined : { wrong: 'false done', why: heard }
    if ((said.message ?? '') === '' || (said.hint ?? '') === '' || said.code === 'INTERNAL') {
      return { wrong: 'no message', why: heard }
    }
    // A backup more than was said is nothing lost; a restore that is said to have failed must not be there.
    const mayBeThere = this.operation === 'backup' || said.code === 'RESTORE_UNVERIFIED'
    return isDone && !mayBeThere ? { wrong: 'false failed', why: heard } : undefined
  }

  async #rollBack(): Promise<void> {
    const taken = await runBackups({ ...this.job, operation: 'backup' })
    const back = await runWhimbrel(this.project.job(), () => undefined)
    if (taken.exitCode + back.exitCode !== 0) throw new Error(`${taken.message} ${back.message}`)
    this.#old = standingOf(this.project.aside())
  }
}

function same(a: Standing, b: Standing): boolean {
  return a.content === b.content && a.records === b.records && a.history === b.history
}
