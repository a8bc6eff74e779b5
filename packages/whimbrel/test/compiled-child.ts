import { spawn } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type TemporaryDirectory, temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'
import type { MigrateOptions } from '../src/index.ts'

/** How a child ended, and the line that it wrote. */
export interface Ended<Answer> {
  readonly answer: Answer | undefined
  readonly signal: NodeJS.Signals | null
}

/** An application in a process of its own. Compiled once for a test file: Node.js 20 does not run TypeScript. */
export class CompiledChild {
  readonly #directory: TemporaryDirectory

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory
  }

  static async compile(): Promise<CompiledChild> {
    const directory = await temporaryDirectory()
    await chmod(directory.path, 0o755)
    await build({
      entry: { child: fileURLToPath(new URL('child.ts', import.meta.url)) },
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
    return new CompiledChild(directory)
  }

  /** Runs one to its end; `plainUser` as a user who may not do everything. */
  run<Answer = Record<string, unknown>>(
    task: string,
    options: MigrateOptions,
    { plainUser = false }: { readonly plainUser?: boolean } = {},
  ): Promise<Ended<Answer>> {
    const drop =
      plainUser && process.getuid?.() === 0
        ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
        : []
    const program = [process.execPath, this.#directory.file('child.mjs'), task, JSON.stringify(options)]
    const [command = '', ...args] = [...drop, ...program]
    // The compiled program lies outside the packages, so that it has to be told where the engine is.
    const modules = fileURLToPath(new URL('../../sqlite-driver/node_modules', import.meta.url))
    const env = { ...process.env, NODE_PATH: modules }
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (_, signal) => {
        resolve({ answer: text === '' ? undefined : (JSON.parse(text) as Answer), signal })
      })
    })
  }

  async remove(): Promise<void> {
    await this.#directory.remove()
  }
}
