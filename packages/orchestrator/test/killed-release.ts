import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type TemporaryDirectory, temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'
import type { Product } from './product.ts'

/** Where a run ends itself: `decided`, `committed:<database>`, `step:<database>:<id>`. */
export type Moment = string

/** Starts real processes that run a release and are killed in the middle of it. */
export class KilledReleases {
  readonly #directory: TemporaryDirectory

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory
  }

  /** Compiles the program once for a test file: Node.js 20 does not run TypeScript. */
  static async compile(): Promise<KilledReleases> {
    const directory = await temporaryDirectory()
    await build({
      entry: { child: fileURLToPath(new URL('release-child.ts', import.meta.url)) },
      outDir: directory.path,
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      target: 'node20',
      config: false,
      silent: true,
      noExternal: [/^@whimbrel/],
      external: ['better-sqlite3'],
      esbuildOptions: (options) => {
        options.conditions = ['@whimbrel/source']
      },
    })
    return new KilledReleases(directory)
  }

  /** The signal that ended it, or its exit code. `through` are the words of a program that starts it. */
  run(
    product: Product,
    moment: Moment,
    journalMode: string,
    through: readonly string[] = [],
  ): Promise<string | number | null> {
    // The compiled program lies outside the packages, so that it has to be told where the engine is.
    const modules = fileURLToPath(new URL('../../sqlite-driver/node_modules', import.meta.url))
    const [program = '', ...args] = [
      ...through,
      process.execPath,
      this.#directory.file('child.mjs'),
      product.folder,
      product.names.join(','),
      journalMode,
      moment,
    ]
    const child = spawn(program, args, {
      stdio: 'inherit',
      env: { ...process.env, NODE_PATH: modules },
    })
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  }

  remove(): Promise<void> {
    return this.#directory.remove()
  }
}
