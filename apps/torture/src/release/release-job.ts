import type { Journal } from '../case.ts'
import type { Said } from '../runner.ts'
import type { ReleaseCommand, ReleaseRunnerName } from './release-case.ts'

/** What one process is asked to do to several databases. Plain data: it travels as JSON. */
export interface ReleaseJob {
  readonly command: ReleaseCommand
  readonly journal: Journal
  /** Absolute path of the folder with `<name>.db` and the migrations in `<name>/`. */
  readonly folder: string
  /** In the order of the manifest. */
  readonly names: readonly string[]
  /** Where databases on servers are, by name; the others are files of the folder. */
  readonly servers?: Readonly<Record<string, ServerDatabase>>
  /** Databases commit in a row, and nothing is written down: a mistake that has to be caught. */
  readonly withoutJournal?: boolean
  readonly lockTimeoutMs?: number
  /** It ends itself with SIGKILL when it tells this: `decided`, or the name of a database that is committed. */
  readonly killedAt?: string | undefined
}

/** A database on a server. */
export interface ServerDatabase {
  readonly engine: 'postgres' | 'mysql'
  readonly url: string
}

/** A line to the process that runs releases. */
export interface ReleaseOrder {
  readonly release: ReleaseRunnerName
  readonly job: ReleaseJob
}

/** Hears of the decision (`decided`) and of each commit (the name of the database) while the run goes on. */
export type TellRelease = (words: readonly string[]) => void

/** Carries out a job; `done` in what it says names the databases that it calls migrated. */
export type RunRelease = (job: ReleaseJob, tell: TellRelease) => Promise<Said>
