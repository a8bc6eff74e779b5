import { resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import type BetterSqlite3 from 'better-sqlite3'
import { DatabaseFile } from './database-file.ts'
import { checkPath } from './driver-options.ts'
import { loadEngine } from './engine.ts'
import { openForWriting } from './open-for-writing.ts'
import { completePragmas, type Pragmas, readPragma, samePragma, setPragma } from './pragmas.ts'

export interface OpenOptions {
  /** Over the defaults: WAL, foreign keys on, busy timeout 5,000 ms, synchronous NORMAL. */
  readonly pragmas?: Pragmas
  /** Make the file where there is none; default false, because a misspelt path is no new database. */
  readonly create?: boolean
  /** For `:memory:` only: what it holds at first, as the engine serializes a database whose journal is not WAL. */
  readonly image?: Uint8Array
}

/** These are read back as something else: a limit is rounded, or only a new file takes them. */
const adjusted = ['page_size', 'encoding', 'auto_vacuum', 'cache_spill', 'mmap_size', 'threads']

/**
 * A better-sqlite3 handle for an application, after the migrations: every pragma is set and was read back.
 * Throws USAGE and the DATABASE_… codes.
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<BetterSqlite3.Database> {
  const pragmas = completePragmas(options.pragmas)
  const busyTimeoutMs = Number(pragmas.get('busy_timeout'))
  const engine = loadEngine()
  const inMemory = checkPath(path) === ':memory:'
  if (options.image !== undefined && !inMemory) throw imageOfFile(path)
  const handle = inMemory
    ? new engine(asBuffer(options.image) ?? ':memory:', { timeout: busyTimeoutMs })
    : (
        await openForWriting(new DatabaseFile(resolve(path), path), {
          engine,
          pragmas,
          busyTimeoutMs,
          create: options.create ?? false,
        })
      ).handle
  for (const [name, value] of pragmas) {
    if (inMemory && name !== 'journal_mode') setPragma(handle, name, value)
    const found = readPragma(handle, name)
    if (samePragma(name, value, found) || adjusted.includes(name) || (inMemory && name === 'journal_mode'))
      continue
    handle.close()
    throw new MigrateError(
      'DATABASE_UNREACHABLE',
      `${path} does not take the pragma ${name} = ${value}: it is ${found}`,
      {
        hint: 'Correct the value in the configuration, or see what the file system allows',
      },
    )
  }
  return handle
}

function asBuffer(image: Uint8Array | undefined): Buffer | undefined {
  // SQLite has no image for a database in which nothing was ever written.
  if (image === undefined || image.length === 0) return undefined
  return Buffer.from(image.buffer, image.byteOffset, image.length)
}

function imageOfFile(path: string): MigrateError {
  return new MigrateError(
    'USAGE',
    `An image was given for ${path}, and only a database in memory takes one`,
    {
      hint: 'Write the image to the file, and open that',
    },
  )
}
