import type { Connection } from './connection.ts'

const placeSql = `SELECT concat(@@hostname, ':', @@port, @@datadir, '/', database()) AS place`

/** Which database of which server this is: the machine, port and folder of the server and the name. */
export async function readPlace(connection: Connection): Promise<string | undefined> {
  const [row] = await connection.run<{ place: string | null }>(placeSql)
  return row?.place ?? undefined
}
