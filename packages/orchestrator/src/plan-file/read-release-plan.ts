import { MigrateError } from '@whimbrel/core'
import {
  type PlannedDatabase,
  type PlannedStep,
  planDigest,
  type ReleasePlanFile,
} from './release-plan-file.ts'

const ways = 'Make a new one with "whimbrel plan --out FILE" or "whimbrel down --dry-run --out FILE"'

/**
 * The plan that the text of a file holds; `label` names the file in messages. Throws USAGE where it is none, is of
 * another form than this version writes, or was edited.
 */
export function readReleasePlan(text: string, label: string): ReleasePlanFile {
  const content = parsed(text)
  const form = (content as { plan?: unknown } | null | undefined)?.plan
  if (form === 1) {
    throw wrong(
      label,
      'is a plan of form 1, which an older version made: it does not say where its databases began',
    )
  }
  if (typeof form === 'number' && form > 2) {
    throw wrong(
      label,
      `is a plan of form ${form}, and this version knows form 2`,
      'Use the version that made it',
    )
  }
  if (!isPlanFile(content)) throw wrong(label, 'is not a plan')
  if (content.digest !== planDigest(content)) throw wrong(label, 'was edited after the plan was made')
  return content
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wrong(label: string, what: string, hint = ways): MigrateError {
  return new MigrateError('USAGE', `${label} ${what}`, { hint, details: { file: label } })
}

function isPlanFile(content: unknown): content is ReleasePlanFile {
  const file = (content ?? {}) as Partial<ReleasePlanFile>
  return (
    file.plan === 2 &&
    isDirection(file.direction) &&
    isNullOrText(file.environment) &&
    isRelease(file.release) &&
    typeof file.allowOutOfOrder === 'boolean' &&
    typeof file.acceptChangedDown === 'boolean' &&
    isNullOrText(file.database) &&
    typeof file.digest === 'string' &&
    areAll(file.databases, isPlannedDatabase) &&
    areAll(file.steps, isPlannedStep)
  )
}

function isPlannedDatabase(content: unknown): content is PlannedDatabase {
  const { name, before, release, reason } = (content ?? {}) as Partial<PlannedDatabase>
  return (
    typeof name === 'string' &&
    isNullOrText(before?.newest) &&
    typeof before?.records === 'number' &&
    typeof before.digest === 'string' &&
    isRelease(release) &&
    isNullOrText(reason)
  )
}

function isPlannedStep(content: unknown): content is PlannedStep {
  const step = (content ?? {}) as Partial<PlannedStep>
  return (
    [step.database, step.id, step.version].every((text) => typeof text === 'string') &&
    isDirection(step.direction) &&
    isNullOrText(step.checksum) &&
    typeof step.transactional === 'boolean' &&
    typeof step.foreignKeys === 'boolean'
  )
}

function areAll(content: unknown, is: (item: unknown) => boolean): boolean {
  return Array.isArray(content) && content.every(is)
}

function isNullOrText(content: unknown): boolean {
  return content === null || typeof content === 'string'
}

function isDirection(content: unknown): boolean {
  return content === 'up' || content === 'down'
}

function isRelease(content: unknown): boolean {
  return content === 'atomic' || content === 'independent'
}
