import { randomBytes } from 'node:crypto'
import { onServer } from '../packages/postgres-driver/test/on-server.ts'

/** Names this run for the tests that leave empty databases to each other, and drops these when all tests are done. */
export default function setup(): () => Promise<void> {
  const run = randomBytes(3).toString('hex')
  process.env.WHIMBREL_TEST_RUN = run
  return () =>
    onServer(async (server) => {
      const { rows } = await server.query<{ datname: string }>(
        `SELECT datname FROM pg_database WHERE datname ~ '^whimbrel_${run}[0-9a-f]{12}$'`,
      )
      for (const { datname } of rows) await server.query(`DROP DATABASE ${datname} WITH (FORCE)`)
    }).catch(() => undefined)
}
