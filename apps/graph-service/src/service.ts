import { type Databases, openAll } from './databases.ts'
import { HttpServer } from './http-server.ts'
import { routerOf } from './router.ts'
import type { ServiceOptions } from './service-options.ts'
import { type Log, startupLog } from './startup-log.ts'

/** The running service. */
export interface Service {
  readonly address: string
  close(): Promise<void>
}

/**
 * Brings the databases to where this service needs them, opens them, and only then listens. When any of it fails it
 * throws, and nothing stays open.
 */
export async function startService(
  { place, port, check }: ServiceOptions,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<Service> {
  const databases = await openAll(place, { check, signal, onEvent: startupLog(log) })
  try {
    return await serve(databases, { place, port })
  } catch (error) {
    databases.close()
    throw error
  }
}

async function serve(
  databases: Databases,
  { place, port }: Pick<ServiceOptions, 'place' | 'port'>,
): Promise<Service> {
  const server = await HttpServer.listen(routerOf(databases, place), port)
  return {
    address: server.address,
    async close() {
      await server.close()
      databases.close()
    },
  }
}
