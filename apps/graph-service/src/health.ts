import { MigrateError } from '@whimbrel/core'
import { inspect } from './inspection.ts'
import type { Target } from './target.ts'

export interface DatabaseHealth {
  readonly name: string
  readonly current: string | null
  readonly pending: readonly string[]
  readonly ok: boolean
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string }
}

export interface Health {
  /** Every database is what this service needs. */
  readonly ok: boolean
  readonly databases: readonly DatabaseHealth[]
}

/** Looks at files and records anew each time: one database that cannot be read does not hide the others. */
export async function healthOf(targets: readonly Target[]): Promise<Health> {
  const databases = await Promise.all(targets.map(databaseHealth))
  return { ok: databases.every(({ ok }) => ok), databases }
}

async function databaseHealth(target: Target): Promise<DatabaseHealth> {
  const { current, pending, problem } = await inspect(target).catch(unreadable)
  return {
    name: target.name,
    current,
    pending,
    ok: problem === undefined,
    ...(problem && { problem: { code: problem.code, message: problem.message, hint: problem.hint } }),
  }
}

function unreadable(error: unknown) {
  if (!MigrateError.is(error)) throw error
  return { current: null, pending: [], problem: error }
}
