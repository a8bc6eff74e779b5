import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Attempts } from './attempt.ts'
import { type Case, caseName, isOwn } from './case.ts'
import { Judge } from './judge.ts'
import { Project } from './project.ts'
import type { Result, Results } from './result.ts'

export interface CampaignSettings {
  /** Folder to work in: better one in memory, a fault does not need a disk. */
  readonly root: string
  readonly seed: number
  /** How many points of each case are tried; all of them where it is Infinity. */
  readonly points: number
  readonly results: Results
  readonly onProgress: (line: string) => void
}

/** A case with all that is needed to disturb and to judge it. */
export interface Stage {
  readonly of: Case
  readonly project: Project
  readonly judge: Judge
  readonly attempts: Attempts
}

/** Sets up a case in a folder of its own, lets `work` do what it wants there and removes it. */
export async function onStage<T>(
  of: Case,
  { root }: CampaignSettings,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  mkdirSync(root, { recursive: true })
  const folder = mkdtempSync(join(root, 'whimbrel-torture-'))
  const attempts = new Attempts()
  try {
    const project = await Project.make(of, folder)
    const judge = await Judge.of(project)
    return await work({ of, project, judge, attempts })
  } finally {
    await attempts.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One point of a scenario. */
export interface Point<Where> {
  readonly name: string
  readonly where: Where
}

export type Outcome = Omit<Result, 'scenario' | 'case' | 'point'>

/** Tries each point that has no result yet and keeps what came of it. `of` may also be the name of a case. */
export async function tryPoints<Where>(
  { scenario, of, settings }: { scenario: string; of: Case | string; settings: CampaignSettings },
  points: readonly Point<Where>[],
  attempt: (where: Where) => Promise<Outcome>,
): Promise<void> {
  const { results, onProgress } = settings
  const name = typeof of === 'string' ? of : caseName(of)
  const open = points.filter((point) => !results.has(scenario, name, point.name))
  const begin = performance.now()
  let wrong = 0
  for (const point of open) {
    const outcome = await attempt(point.where)
    if (outcome.wrong !== undefined) {
      wrong += 1
      if (isOwn(name)) onProgress(`${scenario}, ${name}, ${point.name}: ${outcome.wrong}: ${outcome.why}`)
    }
    results.add({ scenario, case: name, point: point.name, ...outcome })
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  onProgress(`${scenario}, ${name}: ${open.length} points of ${points.length}, ${wrong} wrong, ${seconds} s`)
}
