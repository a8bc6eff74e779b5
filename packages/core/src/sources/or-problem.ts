import { MigrateError } from '../migrate-error.ts'

/** Runs `attempt` and keeps its MigrateError as a problem instead of throwing it. */
export function orProblem<T>(problems: MigrateError[], attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    problems.push(error)
    return undefined
  }
}
