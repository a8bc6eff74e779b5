import type { LockOwner, RunEvent } from '@whimbrel/core'

/** Receives one line without its end. */
export type Log = (line: string) => void

/** Tells what a run does to one database, as far as whoever reads the log of a start wants to know. */
export function startupLog(database: string, log: Log): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'lock-waiting') log(`${database}: waiting for ${describe(event.holder)}`)
    if (event.type === 'committed') log(`${database}: applied ${event.steps.map(({ id }) => id).join(', ')}`)
  }
}

function describe(holder: LockOwner | undefined): string {
  if (holder === undefined) return 'another process that migrates it'
  return `"${holder.command}" (process ${holder.pid} on ${holder.host}), which migrates it`
}
