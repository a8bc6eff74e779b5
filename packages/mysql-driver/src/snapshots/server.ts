import type { Connection } from '../connection.ts'

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
}

/** Bytes that count as a page in what is told about progress. */
export const PAGE = 16_384

const sql = `SELECT version() AS version, current_user() AS user, (SELECT CAST(coalesce(sum(data_length), 0) AS SIGNED)
  FROM information_schema.tables WHERE table_schema = database()) AS bytes`
const everywhere =
  /^GRANT (?:ALL PRIVILEGES|[^`']*\bCREATE\b(?! (?:VIEW|ROUTINE|USER|TEMPORARY|TABLESPACE|ROLE))).* ON (?:\*\.\*|`whimbrel\\?_scratch\\?_%`\.\*|`%`\.\*) TO/

export async function readServer(connection: Connection): Promise<Server> {
  const [row] = await connection.run<{ version: string; user: string; bytes: number }>(sql)
  const { version = '', user = '', bytes = 0 } = row ?? {}
  const grants = await connection.run<Record<string, string>>('SHOW GRANTS')
  return {
    engine: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    version: version.split('-')[0] ?? version,
    user,
    pages: Math.ceil(bytes / PAGE),
    mayMake: grants.some((grant) => Object.values(grant).some((text) => everywhere.test(text))),
  }
}
