import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

/** Starts the command in real processes that are killed, or stopped, at the moment when they print a text. */
export class KilledCommands {
  readonly #folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))

  /** Compiles the command once for a test file. */
  static async compile(): Promise<KilledCommands> {
    const made = new KilledCommands()
    await build({
      entry: { child: fileURLToPath(new URL('killed-child.ts', import.meta.url)) },
      outDir: made.#folder,
      outExtension: () => ({ js: '.cjs' }),
      format: 'cjs',
      target: 'node20',
      config: false,
      silent: true,
      shims: true,
      noExternal: [/^@whimbrel\//, /^whimbrel\//, 'commander', 'jsonc-parser', 'picocolors'],
      external: ['better-sqlite3', 'pino', 'zod'],
      esbuildOptions: (options) => {
        options.conditions = ['@whimbrel/source', 'module', 'node']
        options.mainFields = ['module', 'main']
      },
    })
    return made
  }

  /** Runs it and returns the signal that ended it, or its exit code. */
  async kill(cwd: string, text: string, argv: readonly string[]): Promise<string | number | null> {
    const child = this.start(cwd, 'SIGKILL', text, argv)
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  }

  /** Starts one that sends itself this signal when it prints the text. */
  start(cwd: string, signal: NodeJS.Signals, text: string, argv: readonly string[]): ChildProcess {
    // The compiled program lies outside the packages, so that it has to be told where the engine is.
    const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
    return spawn(process.execPath, [join(this.#folder, 'child.cjs'), signal, text, ...argv], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, NODE_PATH: modules },
    })
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
