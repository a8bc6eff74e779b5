import type { AtomicResult } from '../atomic/atomic-run.ts'
import type { ReleaseJournal } from '../journal/release-journal.ts'
import type { MatchedDatabase } from './matching.ts'
import type { RecoveredDatabase, RecoveryReport } from './recovery-report.ts'
import { plansOf, type Verdict } from './verdict.ts'

/** Where the backup is that was restored, and where what was there before. */
export interface RestoredBackup {
  readonly path: string
  readonly kept?: string | undefined
}

interface Recovered {
  readonly journal: ReleaseJournal
  readonly matched: readonly MatchedDatabase[]
  /** By the names that the databases have here. */
  readonly restored: ReadonlyMap<string, RestoredBackup>
  /** How the run of each database ended. */
  readonly members: AtomicResult['members']
  /** Why it was taken back. */
  readonly reason: string | undefined
}

/** Says what became of an interrupted run; undefined where somebody else has seen to it. */
export function recoveryReport(
  verdict: Verdict,
  { journal, matched, restored, members, reason }: Recovered,
): RecoveryReport | undefined {
  if (verdict.kind === 'gone') return undefined
  const { runId, startedAt, by } = journal
  const outcome = outcomes[verdict.kind]
  const databases = matched.map((each) => recovered(each, { outcome, verdict, restored, members }))
  const why = verdict.kind === 'back' && reason !== undefined ? { reason } : {}
  return { runId, outcome, startedAt, by, ...why, databases }
}

const outcomes = { undecided: 'undecided', forward: 'finished', back: 'taken-back' } as const

function recovered(
  { entry, database }: MatchedDatabase,
  {
    outcome,
    verdict,
    restored,
    members,
  }: Pick<Recovered, 'restored' | 'members'> &
    Pick<RecoveryReport, 'outcome'> & { readonly verdict: Verdict },
): RecoveredDatabase {
  const named = {
    database: entry.name,
    ...(entry.engine === undefined ? {} : { engine: entry.engine }),
  }
  if (database === undefined) return { ...named, outcome: 'unknown', steps: [] }
  const found = plansOf(verdict).get(database.name)
  const steps = found?.plan?.steps.map(({ id }) => id) ?? []
  const backup = restored.get(database.name)
  const { findings = [] } = members.get(database.name)?.report ?? {}
  return {
    ...named,
    outcome: outcomeOf(outcome, steps.length > 0 || backup !== undefined),
    steps,
    ...(backup === undefined ? {} : { restored: backup.path }),
    ...(backup?.kept === undefined ? {} : { kept: backup.kept }),
    ...(findings.length === 0 ? {} : { findings }),
    ...(found?.plan === undefined || found.note === undefined ? {} : { note: found.note }),
  }
}

function outcomeOf(outcome: RecoveryReport['outcome'], changed: boolean): RecoveredDatabase['outcome'] {
  if (outcome === 'finished') return changed ? 'finished' : 'kept'
  return outcome === 'taken-back' && changed ? 'taken-back' : 'untouched'
}
