import { lookAtAll, type Place } from './databases.ts'

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
export async function healthOf(place: Place): Promise<Health> {
  const standings = await lookAtAll(place)
  const databases = standings.map(({ name, current, pending, problem }): DatabaseHealth => {
    const base = { name, current, pending, ok: problem === undefined }
    if (problem === undefined) return base
    const { code, message, hint } = problem
    return { ...base, problem: { code, message, hint } }
  })
  return { ok: databases.every(({ ok }) => ok), databases }
}
