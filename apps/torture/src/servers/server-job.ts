import type { ServerDatabase } from '../release/release-job.ts'

/** whimbrel, and a runner that does not write down how far it is: the judge has to catch it. */
export type ServerRunnerName = 'whimbrel' | 'no position'

/** What is asked of one database on a server. Plain data: it travels as JSON. */
export interface ServerJob {
  readonly place: ServerDatabase
  /** Absolute path of the folder of its migrations. */
  readonly migrations: string
  readonly command: 'up' | 'retry'
  /** What a person who looked says of the statement that was interrupted. */
  readonly interrupted?: 'skip' | 'again'
  readonly lockTimeoutMs: number
}

/** A line to the process that is killed. */
export interface ServerOrder {
  readonly server: ServerRunnerName
  readonly job: ServerJob
}
