import type { Journal } from '../case.ts'

/** whimbrel, and protocols with one mistake each: the judge has to catch every one of those. */
export type ReleaseRunnerName =
  | 'whimbrel'
  | 'plain protocol'
  | 'no run journal'
  | 'run journal not synced'
  | 'decides too early'
  | 'trusts the run journal'

/** One release over several databases, done again and again with a fault each time. */
export interface ReleaseCase {
  readonly runner: ReleaseRunnerName
  readonly journal: Journal
  /** How many databases take part. */
  readonly databases: number
  /** The last step of the last database fails: nothing may be kept. */
  readonly fails: boolean
}

/** What is done: the release itself, or the recovery of one that was interrupted. */
export type ReleaseCommand = 'up' | 'recover'

const journals: readonly Journal[] = ['WAL', 'DELETE']

/** Releases over three databases by whimbrel, in both journal modes. */
export const releaseCases: readonly ReleaseCase[] = [false, true].flatMap((fails) =>
  journals.map((journal) => ({ runner: 'whimbrel' as const, journal, databases: 3, fails })),
)

/** Those that have to succeed. */
export const goodReleases = releaseCases.filter(({ fails }) => !fails)

/** The name of a case in results and on the page. */
export function releaseName({ runner, journal, databases, fails }: ReleaseCase): string {
  const what = `release over ${databases}, ${fails ? 'the last step fails, ' : ''}${journal}`
  return `${runner === 'whimbrel' ? 'library' : runner}: ${what}`
}
