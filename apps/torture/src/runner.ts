import type { Journal, Mode, Operation } from './case.ts'

/** What one process is asked to do. Plain data: it travels as JSON. */
export interface Job {
  readonly operation: Operation | 'backup' | 'restore'
  readonly mode: Mode
  readonly journal: Journal
  /** Absolute paths. */
  readonly database: string
  readonly migrations: string
  readonly backups: string
  /** The id up to which is applied, or which stays when rolling back. */
  readonly to: string
  readonly lockTimeoutMs?: number
  readonly busyTimeoutMs?: number
}

/** What a process said of its work at the end. */
export interface Said {
  /** 0: done. */
  readonly exitCode: number
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly hint?: string | undefined
  /** Ids of the steps that it calls applied or reverted, in order. */
  readonly done: readonly string[]
}

/** Hears of steps whose commit was reported, while the run goes on. */
export type Tell = (ids: readonly string[]) => void

/** Carries out a job and never throws for what went wrong with the database. */
export type Runner = (job: Job, tell: Tell) => Promise<Said>

/** whimbrel, and runners that are wrong on purpose: the judge has to catch each of them. */
export type RunnerName =
  | 'whimbrel'
  | 'records after the commit'
  | 'journal in memory'
  | 'synchronous NORMAL'
  | 'synchronous FULL'
  | 'says done first'
  | 'no lock'
  | 'trusts its files'
