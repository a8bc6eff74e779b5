import type { ReleaseEvent } from 'whimbrel'

/** Receives one line without its end. */
export type Log = (line: string) => void

/** Tells what a run does to the databases, as far as whoever reads the log of a start wants to know. */
export function startupLog(log: Log): (event: ReleaseEvent) => void {
  return (event) => {
    if (event.type === 'lock-waiting') log(`${event.database}: waiting for ${describe(event.holder)}`)
    if (event.type === 'committed')
      log(`${event.database}: applied ${event.steps.map(({ id }) => id).join(', ')}`)
    if (event.type === 'recovery-started')
      log(`finishing a run over ${event.databases.join(', ')} that was interrupted`)
  }
}

function describe(holder: Extract<ReleaseEvent, { type: 'lock-waiting' }>['holder']): string {
  if (holder === undefined) return 'another process that migrates it'
  return `"${holder.command}" (process ${holder.pid} on ${holder.host}), which migrates it`
}
