import { cpSync, renameSync, rmSync } from 'node:fs'
import {
  type ReleaseEvent,
  type ReleaseRequest,
  ReleaseRunner,
  type ReleaseRunnerOptions,
} from '../src/index.ts'
import type { Product } from './product.ts'

export interface Interruption {
  /** Told of every event: true at the moment of which the files are kept. */
  readonly at: (event: ReleaseEvent) => boolean
  readonly request?: ReleaseRequest
  readonly options?: Partial<ReleaseRunnerOptions>
}

/** When this database has been committed, and nothing has happened since. */
export function committed(database: string): Interruption['at'] {
  return (event) => event.type === 'committed' && event.database === database
}

/**
 * Leaves a product as a run leaves it that ends in the middle: the files as they were at a moment. It costs no process;
 * what the end of a process does to locks and files is shown with `KilledReleases`.
 */
export async function interrupt(
  product: Product,
  { at, request = { direction: 'up' }, options = {} }: Interruption,
): Promise<void> {
  const { folder } = product
  const kept = `${folder}-then`
  let isKept = false
  await new ReleaseRunner({
    databases: product.databases(),
    ...options,
    onEvent: (event) => {
      if (isKept || !at(event)) return
      cpSync(folder, kept, { recursive: true })
      isKept = true
    },
  })
    .run(request)
    .catch(() => undefined)
  if (!isKept) throw new Error('the run did not come to that moment')
  rmSync(folder, { recursive: true })
  renameSync(kept, folder)
}
