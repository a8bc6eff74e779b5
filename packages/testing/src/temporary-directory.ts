import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that is removed with everything in it by `remove`, or by `await using`. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
  /** Absolute path of something in it. */
  file(...names: string[]): string
  /** Lets everybody read, and nobody but root write, it and the files in it. */
  readonly makeReadOnly: () => Promise<void>
  /** Removes it; harmless when it is gone. Fits `afterEach`. */
  readonly remove: () => Promise<void>
}

/** Makes an empty directory of its own under the system's directory for temporary files. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'whimbrel-'))
  const makeReadOnly = async () => {
    for (const name of await readdir(path)) await chmod(join(path, name), 0o444)
    await chmod(path, 0o555)
  }
  const remove = async () => {
    // What is in a directory that may not be written to cannot be removed.
    await chmod(path, 0o755).catch(() => undefined)
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
  return {
    path,
    file: (...names) => join(path, ...names),
    makeReadOnly,
    remove,
    [Symbol.asyncDispose]: remove,
  }
}
