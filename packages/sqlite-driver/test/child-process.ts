import { type ChildProcess, spawn } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'

export interface Child {
  readonly process: ChildProcess
  /** The next line that it wrote, parsed. */
  next(): Promise<unknown>
  /** Tells it to finish and waits until it has. */
  end(): Promise<void>
  /** Waits until it is gone. */
  readonly gone: Promise<void>
}

export interface ChildOptions {
  /** As a user who may not do everything; this process itself where it is one. */
  readonly plainUser?: boolean
  /** Largest file that it may write, in blocks of 1,024 bytes. */
  readonly fileSize?: number
}

/** Compiles the child program once for a test file: Node.js 20 does not run TypeScript. */
export async function compileChild() {
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
  const start = (task: string, path: string, options: ChildOptions = {}) =>
    startChild([directory.file('child.mjs'), task, path], options)
  return { start, remove: directory.remove }
}

function startChild(args: readonly string[], { plainUser = false, fileSize }: ChildOptions): Child {
  const drop =
    plainUser && process.getuid?.() === 0
      ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
      : []
  const limit = fileSize === undefined ? [] : ['bash', '-c', `ulimit -f ${fileSize}; exec "$@"`, 'bash']
  const [command = '', ...rest] = [...drop, ...limit, process.execPath, ...args]
  // The compiled program lies outside the packages, so that it has to be told where the engine is.
  const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: modules },
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const lines = linesOf(createInterface(child.stdout))
  const end = () => {
    child.stdin.end()
    return gone
  }
  return { process: child, next: lines, end, gone }
}

function linesOf(source: Interface): () => Promise<unknown> {
  const iterator = source[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await iterator.next()
    return done ? undefined : JSON.parse(value)
  }
}
