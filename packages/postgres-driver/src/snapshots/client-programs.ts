import { MigrateError, type SnapshotObstacle } from '@whimbrel/core'
import { findProgram, runProgram } from '@whimbrel/core/process'

/** The programs that write and read archives. */
export interface ClientPrograms {
  readonly dump: string
  readonly restore: string
}

/** Finds both, new enough for a server; or says what is missing. */
export async function findClientPrograms(serverMajor: number): Promise<ClientPrograms | SnapshotObstacle> {
  const dump = findProgram(['pg_dump'])
  const restore = findProgram(['pg_restore'])
  const hint = `Install the client programs of PostgreSQL ${serverMajor} or newer (postgresql-client), where the PATH leads to`
  if (dump === undefined || restore === undefined) {
    return { message: `${dump === undefined ? 'pg_dump' : 'pg_restore'} is not on the PATH`, hint }
  }
  for (const program of [dump, restore]) {
    const major = await majorOf(program)
    // Both refuse what is newer than they are.
    if (major < serverMajor)
      return { message: `${program} is of version ${major}, and the server of ${serverMajor}`, hint }
  }
  return { dump, restore }
}

/** The programs, where there are any. Throws BACKUP_FAILED. */
export function isObstacle(found: ClientPrograms | SnapshotObstacle): found is SnapshotObstacle {
  return 'message' in found
}

export function obstacleError({ message, hint }: SnapshotObstacle): MigrateError {
  return new MigrateError('BACKUP_FAILED', message, { hint })
}

async function majorOf(program: string): Promise<number> {
  let text = ''
  const output = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) text += String(chunk)
  }
  await runProgram({ path: program, args: ['--version'], output })
  return Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1] ?? 0)
}
