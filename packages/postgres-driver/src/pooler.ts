import { MigrateError } from '@whimbrel/core'
import type { Connection } from './connection.ts'

/**
 * Throws ENGINE_UNSUPPORTED where something between here and the server gives one of its connections to several clients
 * in turn: a lock of the session would then be a lock of whoever comes next.
 *
 * A pooler greets with a number of its own in the place of the server's process. One that keeps a connection for each
 * client is fine; so a second client asks while the first is idle, and both must not meet the same process.
 */
export async function refusePooler(
  connection: Connection,
  { backend, another }: { backend: number; another: () => Promise<Connection> },
): Promise<void> {
  if (connection.backend === undefined || connection.backend === backend) return
  const second = await another()
  try {
    const [row] = await second.run<{ backend: number }>('SELECT pg_backend_pid() AS backend')
    if (row?.backend !== backend) return
  } finally {
    await second.close()
  }
  throw new MigrateError(
    'ENGINE_UNSUPPORTED',
    `${connection.place.location} is behind a pooler that gives one connection to several clients in turn`,
    {
      hint: 'Give the URL of the server itself, or one with pool_mode = session: locks and settings belong to a connection',
    },
  )
}
