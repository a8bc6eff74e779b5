import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that is removed with everything in it by `remove`, or by `await using`. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
  /** Absolute path of something in it. */
  file(...names: string[]): string
  /** Removes it; harmless when it is gone. Fits `afterEach`. */
  readonly remove: () => Promise<void>
}

/** Makes an empty directory of its own under the system's directory for temporary files. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'whimbrel-'))
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 })
  return { path, file: (...names) => join(path, ...names), remove, [Symbol.asyncDispose]: remove }
}
