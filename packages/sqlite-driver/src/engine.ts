import { createRequire } from 'node:module'
import { MigrateError } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'

/** The constructor that better-sqlite3 exports. */
export type Engine = typeof BetterSqlite3

/** What decides whether the engine can be loaded at all. */
export interface EngineVersions {
  /** Version of better-sqlite3, undefined where it is not installed. */
  readonly engine: string | undefined
  /** Version of Node.js, without a leading v. */
  readonly node: string
}

const requireHere = createRequire(import.meta.url)
let loaded: Engine | undefined

/** better-sqlite3, loaded on first use. Throws ENGINE_UNSUPPORTED where it would crash or cannot be loaded. */
export function loadEngine(): Engine {
  loaded ??= load()
  return loaded
}

function load(): Engine {
  const problem = engineProblem({ engine: installedVersion(), node: process.versions.node })
  if (problem !== undefined) throw problem
  try {
    const engine = requireHere('better-sqlite3') as Engine
    // The native part is only loaded by the first connection.
    new engine(':memory:').close()
    return engine
  } catch (error) {
    throw bindingProblem(error)
  }
}

/** Version of better-sqlite3, undefined where it is not installed. */
export function installedVersion(): string | undefined {
  try {
    return (requireHere('better-sqlite3/package.json') as { version?: string }).version
  } catch {
    return undefined
  }
}

/** Why this pair of versions cannot work: better-sqlite3 13 ends a process of Node 20 without a word. */
export function engineProblem({ engine, node }: EngineVersions): MigrateError | undefined {
  if (engine === undefined) {
    return unsupported('better-sqlite3 is not installed', 'Install it: npm install better-sqlite3@12')
  }
  const details = { engine, node }
  if (major(engine) < 12) {
    const hint = 'Install better-sqlite3 12: npm install better-sqlite3@12'
    return unsupported(`better-sqlite3 ${engine} is too old: 12 or newer is needed`, hint, { details })
  }
  if (major(engine) >= 13 && major(node) < 22) {
    const hint = 'Install better-sqlite3 12 (npm install better-sqlite3@12), or use Node.js 22 or newer'
    return unsupported(`better-sqlite3 ${engine} does not run on Node.js ${node}`, hint, { details })
  }
  return undefined
}

/** Explains why the native part of better-sqlite3 could not be loaded. */
export function bindingProblem(cause: unknown): MigrateError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const [firstLine] = text.split('\n')
  if (/NODE_MODULE_VERSION|different Node\.js version/.test(text)) {
    const hint = 'Compile it for this version: npm rebuild better-sqlite3'
    return unsupported('better-sqlite3 was compiled for another version of Node.js', hint, { cause })
  }
  const hint =
    'Install python3, make and g++, let the package manager run the install script of better-sqlite3, ' +
    'then run: npm rebuild better-sqlite3'
  if (/Could not locate the bindings file/.test(text)) {
    return unsupported('better-sqlite3 is installed but not compiled', hint, { cause })
  }
  return unsupported(`better-sqlite3 cannot be loaded: ${firstLine}`, hint, { cause })
}

function unsupported(
  message: string,
  hint: string,
  more: { details?: Record<string, unknown>; cause?: unknown } = {},
): MigrateError {
  return new MigrateError('ENGINE_UNSUPPORTED', message, { hint, ...more })
}

function major(version: string): number {
  return Number.parseInt(version, 10)
}
