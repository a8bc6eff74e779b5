import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  Dialect,
  Finding,
  RunIdentity,
  RunReport,
  Safeguard,
  SafeguardContext,
  SafeguardEnd,
  SafeguardStep,
  Safety,
  Step,
} from '@whimbrel/core'
import { type Impact, losesData } from '../impact/impact.ts'
import { detailedImpactOf } from '../impact/impact-of.ts'
import type { StepLosses } from '../impact/schema-trace.ts'
import { checkRetentionPolicy, type RetentionPolicy } from '../retention/retention-policy.ts'
import { keepRows, notKept, rowsAtRisk } from './keep-rows.ts'
import { KeptFolder } from './kept-folder.ts'
import { keptOffers, offerFinding } from './kept-offer.ts'
import { lossRefusal, rowsAppeared } from './loss-refusal.ts'

export interface LossSafeguardOptions {
  /** Name of the database: rows of one are never returned to another. */
  readonly database: string
  /** Folder that files of kept rows are written to; made when the first one is. */
  readonly directory: string
  /** The folder as shown to people; default: as it is given. */
  readonly label?: string | undefined
  /** Somebody looked at what would be lost and agrees to it. */
  readonly allowDataLoss?: boolean | undefined
  /** How many files are kept, and for how long; default: 30. */
  readonly retention?: RetentionPolicy | undefined
}

/**
 * Refuses a run that would take rows or values away until somebody agrees (CONSENT_REQUIRED), and keeps them in a file
 * before the step that takes them away begins, so that `returnRows` can bring them back. After a run it tells of rows
 * that have a place again. Make one for each run. Throws USAGE for a retention that makes no sense.
 */
export function lossSafeguard(options: LossSafeguardOptions): Safeguard {
  checkRetentionPolicy(options.retention ?? defaultRetention)
  return new LossSafeguard(options)
}

const defaultRetention: RetentionPolicy = { keep: 30 }

/** A file that was written before a step. */
interface Kept {
  readonly step: Step
  readonly path: string
  readonly words: readonly string[]
}

class LossSafeguard implements Safeguard {
  readonly #options: LossSafeguardOptions
  readonly #folder: KeptFolder
  #losses: ReadonlyMap<Step, StepLosses> = new Map()
  #run: RunIdentity | undefined
  #dialect: Dialect | undefined
  #kept: Kept[] = []

  constructor(options: LossSafeguardOptions) {
    this.#options = options
    this.#folder = new KeptFolder(options.directory)
  }

  async before(context: SafeguardContext): Promise<Safety> {
    this.#run = context.run
    this.#dialect = context.driver.dialect
    this.#kept = []
    this.#losses = new Map()
    if (context.creates) return {}
    const impact = await detailedImpactOf(context.plan, context)
    this.#refuse(impact)
    this.#losses = impact.losses
    return {}
  }

  async beforeStep({ session, step }: SafeguardStep): Promise<void> {
    const losses = this.#losses.get(step)
    if (losses === undefined || this.#dialect === undefined || this.#run === undefined) return
    const risk = await rowsAtRisk(losses, session, this.#dialect)
    if (risk === undefined) return
    if (this.#options.allowDataLoss !== true) throw rowsAppeared(step, risk.words)
    const { runId, by, toolVersion } = this.#run
    const time = new Date().toISOString()
    const path = this.#folder.pathFor(step, { time, runId })
    try {
      await this.#folder.make()
    } catch (cause) {
      throw notKept(this.#options.directory, { migration: step.id, cause: cause as Error })
    }
    const { id: migration, direction } = step
    const { transactional } = step.migration
    const { database } = this.#options
    const about = { database, migration, direction, transactional, runId, time, by, toolVersion }
    await keepRows(path, { kept: 1, ...about, tables: risk.tables }, risk)
    this.#kept.push({ step, path, words: risk.words })
  }

  async after(end: SafeguardEnd): Promise<readonly Finding[]> {
    const kept = await this.#sortOut(end.report)
    const offers = await keptOffers(this.#folder, end)
    if (this.#kept.length > 0) {
      await this.#folder.retain(this.#options.retention ?? defaultRetention, this.#run?.runId ?? '')
    }
    return [
      ...kept.map((each) => this.#keptFinding(each)),
      ...offers.map((offer) => offerFinding(offer, this.#shown(offer.file.path))),
    ]
  }

  #refuse(impact: Impact): void {
    if (this.#options.allowDataLoss !== true && impact.steps.some(losesData)) throw lossRefusal(impact)
  }

  /** A file of a step that was undone says nothing any more. */
  async #sortOut({ steps, error }: RunReport): Promise<readonly Kept[]> {
    // Whether a commit that failed was kept after all may be unknown: a file too many does no harm.
    const isUndone = ({ step }: Kept) =>
      step.migration.transactional &&
      error?.details.commit !== true &&
      !steps.some(
        ({ id, direction, outcome }) =>
          id === step.id && direction === step.direction && (outcome === 'applied' || outcome === 'reverted'),
      )
    for (const { path } of this.#kept.filter(isUndone)) await rm(path, { force: true })
    return this.#kept.filter((each) => !isUndone(each))
  }

  #keptFinding({ step, path, words }: Kept): Finding {
    const file = this.#shown(path)
    const again = step.direction === 'down' ? 'is applied again' : 'is rolled back'
    return {
      code: 'KEPT_ROWS',
      migration: step.id,
      message: `${words.join(', ')} that ${step.id} took away ${words.length === 1 && /^1 /.test(words[0] ?? '') ? 'is' : 'are'} kept in ${file}`,
      hint: `When ${step.id} ${again}, "whimbrel restore ${file}" returns them`,
      blocking: false,
      details: { file, migration: step.id },
    }
  }

  #shown(path: string): string {
    const { label, directory } = this.#options
    return label === undefined ? path : join(label, path.slice(directory.length))
  }
}
