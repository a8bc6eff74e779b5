import type { DatabaseSchema, SchemaObject } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { notCopied } from './scratch-error.ts'

/** How many statements are sent at once: each of them takes locks that the server has room for. */
const CHUNK = 200

/**
 * Makes the objects of a schema in an empty database. They come in an order that is right as a rule; what needs something
 * that comes later is made in the next round. Throws SCRATCH_REFUSED for what cannot be made at all.
 */
export async function fillSchema(connection: Connection, { objects }: DatabaseSchema): Promise<void> {
  // Foreign tables would have to reach a server that is not for trying things out.
  const wanted = objects.filter(({ storage }) => storage !== 'virtual')
  await connection.raw("SET check_function_bodies = off; SET search_path = ''")
  let waiting = wanted.map((object): Part => ({ object, sql: object.sql }))
  waiting.push(...wanted.flatMap((object) => (object.additions ?? []).map((sql) => ({ object, sql }))))
  for (let failed: readonly Failure[] = []; waiting.length > 0; waiting = failed.map(({ part }) => part)) {
    failed = await madeInTurn(connection, waiting)
    const [first] = failed
    if (first !== undefined && failed.length === waiting.length)
      throw notCopied(first.part.object, first.error, connection.place)
  }
}

interface Part {
  readonly object: SchemaObject
  readonly sql: string
}

interface Failure {
  readonly part: Part
  readonly error: unknown
}

/** What could not be made yet. */
async function madeInTurn(connection: Connection, parts: readonly Part[]): Promise<readonly Failure[]> {
  const failed: Failure[] = []
  for (let at = 0; at < parts.length; at += CHUNK) {
    const chunk = parts.slice(at, at + CHUNK)
    if (await isMade(connection, chunk)) continue
    for (const part of chunk) {
      await connection.raw(part.sql).catch((error) => failed.push({ part, error }))
      if (connection.lost !== undefined) throw connection.lost
    }
  }
  return failed
}

/** Several statements in one message are kept or undone together. */
async function isMade(connection: Connection, parts: readonly Part[]): Promise<boolean> {
  try {
    await connection.raw(parts.map(({ sql }) => sql).join(';\n'))
    return true
  } catch (error) {
    if (connection.lost !== undefined) throw error
    return false
  }
}
