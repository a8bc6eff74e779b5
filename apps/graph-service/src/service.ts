import { MigrateError, type StopSignal } from '@whimbrel/core'
import { readManifest } from '@whimbrel/manifest'
import { Handles } from './handles.ts'
import { HttpServer } from './http-server.ts'
import { checkDatabases, migrateDatabases } from './prepare-databases.ts'
import { routerOf } from './router.ts'
import type { ServiceOptions } from './service-options.ts'
import type { Log } from './startup-log.ts'
import { type Target, targetsOf } from './target.ts'

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
  options: ServiceOptions,
  { signal, log }: { readonly signal: StopSignal; readonly log: Log },
): Promise<Service> {
  const { manifest: path, env, environment, check } = options
  const manifest = await readManifest(path, { env, environment })
  const targets = await targetsOf(manifest, { signal, log })
  await (check ? checkDatabases(targets) : migrateDatabases(targets))
  if (signal.aborted) throw interrupted()
  const handles = await Handles.open(targets)
  try {
    return await serve(handles, targets, options.port)
  } catch (error) {
    handles.close()
    throw error
  }
}

async function serve(handles: Handles, targets: readonly Target[], port: number): Promise<Service> {
  const server = await HttpServer.listen(routerOf(handles, targets), port)
  return {
    address: server.address,
    async close() {
      await server.close()
      handles.close()
    },
  }
}

function interrupted(): MigrateError {
  return new MigrateError('INTERRUPTED', 'The start was interrupted; the databases are migrated', {
    hint: 'Start it again',
  })
}
