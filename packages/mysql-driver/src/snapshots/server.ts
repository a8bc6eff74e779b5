import type { Connection } from '../connection.ts'
import { scratchPrefix } from '../scratch/left-overs.ts'
import { missingPrivileges, privilegesOn } from './privileges.ts'

/** What copies depend on. */
export interface Server {
  readonly engine: 'mariadb' | 'mysql'
  /** `10.11.19` */
  readonly version: string
  /** `ada@10.0.0.%` */
  readonly user: string
  /** Size of the data of the database in pages. */
  readonly pages: number
  /** The user may make scratch databases, as far as its grants tell. */
  readonly mayMake: boolean
  /** Privileges whose absence hides something of the database from the user. */
  readonly hidden: readonly string[]
}

/** Bytes that count as a page in what is told about progress. */
export const PAGE = 16_384

const sql = `SELECT version() AS version, database() AS name, current_user() AS user, (SELECT CAST(coalesce(sum(data_length), 0) AS SIGNED)
  FROM information_schema.tables WHERE table_schema = database()) AS bytes`
/** Without these the server hides what is there, and a copy would leave it out without a word. */
const seeing = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'EXECUTE']
const making = ['CREATE', 'DROP', 'ALTER', 'SELECT', 'INSERT']

export async function readServer(connection: Connection): Promise<Server> {
  const [row] = await connection.run<{ version: string; name: string; user: string; bytes: number }>(sql)
  const { version = '', user = '', bytes = 0 } = row ?? {}
  const grants = (await connection.run<Record<string, string>>('SHOW GRANTS')).flatMap((grant) =>
    Object.values(grant),
  )
  return {
    engine: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    version: version.split('-')[0] ?? version,
    user,
    pages: Math.ceil(bytes / PAGE),
    mayMake:
      missingPrivileges(privilegesOn(grants, `${scratchPrefix}${'0'.repeat(16)}`), making).length === 0,
    hidden: missingPrivileges(privilegesOn(grants, row?.name ?? ''), seeing),
  }
}
