import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type TemporaryDirectory, temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'
import type { Moment } from './killed-release.ts'
import type { MixedProduct } from './mixed-product.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const engines = { 'better-sqlite3': 'sqlite-driver', pg: 'postgres-driver', mysql2: 'mysql-driver' }

/** Starts real processes that run a release over several engines and are killed in the middle of it. */
export class KilledMixed {
  readonly #directory: TemporaryDirectory

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory
  }

  /** Compiles the program once for a test file: Node.js 20 does not run TypeScript. */
  static async compile(): Promise<KilledMixed> {
    const directory = await temporaryDirectory()
    mkdirSync(directory.file('node_modules'))
    for (const [name, owner] of Object.entries(engines))
      symlinkSync(here(`../../${owner}/node_modules/${name}`), directory.file(`node_modules/${name}`))
    await build({
      entry: { child: fileURLToPath(new URL('mixed-child.ts', import.meta.url)) },
      outDir: directory.path,
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      target: 'node20',
      config: false,
      silent: true,
      noExternal: [/^@whimbrel/],
      external: Object.keys(engines),
      esbuildOptions: (options) => {
        options.conditions = ['@whimbrel/source']
      },
    })
    return new KilledMixed(directory)
  }

  /** The signal that ended it, or its exit code. */
  run({ folder, places }: MixedProduct, moment: Moment): Promise<string | number | null> {
    const args = [this.#directory.file('child.mjs'), JSON.stringify({ folder, places }), moment]
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  }

  remove(): Promise<void> {
    return this.#directory.remove()
  }
}
