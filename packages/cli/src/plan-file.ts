import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { MigrateError, type MigrationState, type Plan, plan } from '@whimbrel/core'

/** A plan in a file: what was looked at and agreed to, so that exactly that is done later. */
export interface PlanFile {
  /** Version of this form. */
  readonly plan: 1
  readonly environment: string | null
  readonly allowOutOfOrder: boolean
  readonly databases: readonly PlannedDatabase[]
}

/** What is to be done to one database. */
export interface PlannedDatabase {
  readonly name: string
  /** Newest applied migration when the plan was made, null where there was none. */
  readonly before: string | null
  readonly steps: readonly { readonly id: string; readonly checksum: string }[]
}

/** What a plan is to be carried out with. */
export interface PlanContext extends Pick<PlanFile, 'allowOutOfOrder'> {
  readonly environment: string | undefined
  readonly engine: string
}

/** One database of a plan file. */
export function plannedDatabase(name: string, { before, steps }: Plan): PlannedDatabase {
  return { name, before, steps: steps.map(({ id, migration }) => ({ id, checksum: migration.checksum })) }
}

/** Reads what `plan --out` wrote. Throws USAGE. */
export function readPlanFile(path: string, cwd: string): PlanFile {
  const content = contentOf(path, resolve(cwd, path))
  if (isPlanFile(content)) return content
  throw new MigrateError('USAGE', `${path} is not a plan`, {
    hint: 'Give --plan a file that "whimbrel plan --out" wrote',
    details: { file: path },
  })
}

function contentOf(path: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw new MigrateError(
      'USAGE',
      `${path}, which --plan names, cannot be read: ${(cause as Error).message}`,
      {
        hint: 'Give --plan a file that "whimbrel plan --out" wrote',
        details: { file: path },
        cause,
      },
    )
  }
}

function isPlanFile(content: unknown): content is PlanFile {
  const { plan: form, environment, allowOutOfOrder, databases } = (content ?? {}) as Partial<PlanFile>
  return (
    form === 1 &&
    (environment === null || typeof environment === 'string') &&
    typeof allowOutOfOrder === 'boolean' &&
    Array.isArray(databases) &&
    databases.every(isPlannedDatabase)
  )
}

function isPlannedDatabase(content: unknown): content is PlannedDatabase {
  const { name, before, steps } = (content ?? {}) as Partial<PlannedDatabase>
  const known = typeof name === 'string' && (before === null || typeof before === 'string')
  return (
    known &&
    Array.isArray(steps) &&
    steps.every((step) => typeof step?.id === 'string' && typeof step?.checksum === 'string')
  )
}

/** Makes the plan of the file again from what is there now. Throws STATE_MOVED where that gives another one. */
export function planAgain(state: MigrationState, planned: PlannedDatabase, context: PlanContext): Plan {
  const count = planned.steps.length
  const now = plan(state, { ...context, direction: 'up', ...(count > 0 && { steps: count }) })
  if (now.before !== planned.before) {
    throw moved(
      `${planned.name} is at ${now.before ?? 'nothing'}, and the plan begins at ${planned.before ?? 'nothing'}`,
    )
  }
  if (count === 0) return { ...now, steps: [], after: now.before }
  for (const [index, { id, checksum }] of planned.steps.entries()) {
    const step = now.steps[index]
    if (step?.id !== id) throw moved(`The plan says ${id}, and now ${step?.id ?? 'nothing'} would be next`)
    if (step.migration.checksum !== checksum) throw moved(`${id} was edited since the plan was made`)
  }
  return now
}

function moved(message: string): MigrateError {
  return new MigrateError('STATE_MOVED', message, {
    hint: 'Look at what changed, then make a new plan with "whimbrel plan --out FILE"',
  })
}
