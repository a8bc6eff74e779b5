import type { Plan, Step } from '@whimbrel/core'
import type { JournalDatabase, JournalStep } from './release-journal.ts'

/** What is known of one database of a run when everything is applied. */
export interface Decided {
  readonly name: string
  readonly place: string
  readonly engine: string
  readonly location: string
  readonly creates: boolean
  readonly records: number
  readonly plan: Plan
  readonly backup?: string | undefined
}

/** One database of a run, as the journal says it. */
export function journalDatabase({ plan, backup, ...known }: Decided): JournalDatabase {
  return {
    ...known,
    before: plan.before,
    after: plan.after,
    steps: plan.steps.map(journalStep),
    ...(backup === undefined ? {} : { backup }),
  }
}

function journalStep({ id, direction, migration }: Step): JournalStep {
  const { version, checksum, downChecksum } = migration
  return { id, version, direction, checksum: direction === 'up' ? checksum : (downChecksum ?? '') }
}
