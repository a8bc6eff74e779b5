import { MigrateError, type SnapshotObstacle } from '@whimbrel/core'
import { findProgram, runProgram } from '@whimbrel/core/process'

/** The programs that write and run scripts. */
export interface ClientPrograms {
  readonly dump: string
  readonly client: string
  /** True for those of MariaDB, which know other options than those of MySQL. */
  readonly isMariaDb: boolean
}

const names = {
  mariadb: { dump: ['mariadb-dump', 'mysqldump'], client: ['mariadb', 'mysql'], install: 'mariadb-client' },
  mysql: { dump: ['mysqldump', 'mariadb-dump'], client: ['mysql', 'mariadb'], install: 'mysql-client' },
} as const

/** Finds both, those of the server's own kind first; or says what is missing. */
export async function findClientPrograms(
  engine: keyof typeof names,
): Promise<ClientPrograms | SnapshotObstacle> {
  const wanted = names[engine]
  const dump = findProgram(wanted.dump)
  const client = findProgram(wanted.client)
  if (dump === undefined || client === undefined) {
    const missing = dump === undefined ? wanted.dump : wanted.client
    return {
      message: `${missing.join(' or ')} is not on the PATH`,
      hint: `Install the client programs of the server (${wanted.install}), where the PATH leads to`,
    }
  }
  return { dump, client, isMariaDb: await isOfMariaDb(dump) }
}

/** The programs. Throws BACKUP_FAILED where there are none. */
export async function clientPrograms(engine: keyof typeof names): Promise<ClientPrograms> {
  const found = await findClientPrograms(engine)
  if ('message' in found) throw new MigrateError('BACKUP_FAILED', found.message, { hint: found.hint })
  return found
}

async function isOfMariaDb(program: string): Promise<boolean> {
  let text = ''
  const output = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) text += String(chunk)
  }
  await runProgram({ path: program, args: ['--version'], output })
  return /mariadb/i.test(text)
}
