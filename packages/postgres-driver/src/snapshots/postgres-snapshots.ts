import {
  type DatabaseContent,
  type EngineVersion,
  type ExamineOptions,
  interrupted,
  MigrateError,
  type RestoreOptions,
  type Session,
  type SnapshotObstacle,
  type SnapshotOptions,
  type Snapshots,
} from '@whimbrel/core'
import { NewFile, runProgram } from '@whimbrel/core/process'
import type { Connection } from '../connection.ts'
import type { Connections } from '../connections.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { readContent } from '../inspection/read-content.ts'
import { Observer } from '../observer.ts'
import { connect, openConnection } from '../open-connection.ts'
import { PostgresSession } from '../postgres-session.ts'
import { makeScratchDatabase } from '../scratch/scratch-database.ts'
import { cancelWhenStopped } from './cancel-when-stopped.ts'
import { clearDatabaseSql } from './clear-database.ts'
import { clientEnvironment } from './client-environment.ts'
import { type ClientPrograms, findClientPrograms, isObstacle, obstacleError } from './client-programs.ts'
import { loadArchive } from './load-archive.ts'

/** Bytes that count as a page in what is told about progress. */
const PAGE = 8192

/** Copies of one database through pg_dump and pg_restore; what a copy holds is seen in a scratch database on the server. */
export class PostgresSnapshots implements Snapshots {
  readonly #options: CheckedOptions
  readonly #connections: Connections
  /** Told of every session, and when it ends. */
  readonly #onOpen: (close: () => Promise<void>) => () => void

  constructor(
    options: CheckedOptions,
    {
      connections,
      onOpen,
    }: {
      readonly connections: Connections
      readonly onOpen: (close: () => Promise<void>) => () => void
    },
  ) {
    this.#options = options
    this.#connections = connections
    this.#onOpen = onOpen
  }

  async engine(): Promise<EngineVersion> {
    const { version } = await this.#server()
    return { name: 'postgres', version }
  }

  async obstacle(): Promise<SnapshotObstacle | undefined> {
    const { major, mayMake, user } = await this.#server()
    const programs = await findClientPrograms(major)
    if (isObstacle(programs)) return programs
    if (mayMake) return undefined
    const message = `the user ${user} may not make databases, and a backup is proved in one`
    return { message, hint: `Let the user make scratch databases: ALTER ROLE ${user} CREATEDB` }
  }

  async save(path: string, { onProgress, signal }: SnapshotOptions = {}): Promise<void> {
    const { target, busyTimeoutMs, connectTimeoutMs } = this.#options
    const { major, pages } = await this.#server()
    const { dump } = await programsFor(major)
    const file = await NewFile.make(path)
    try {
      const { ok, stopped, complaint } = await runProgram({
        path: dump,
        args: [
          '--format=custom',
          '--encoding=UTF8',
          '--no-password',
          '--no-subscriptions',
          ...(busyTimeoutMs === 0 ? [] : [`--lock-wait-timeout=${busyTimeoutMs}`]),
        ],
        env: clientEnvironment(target, { connectTimeoutMs }),
        signal,
        output: (chunks) =>
          file.append(chunks, (bytes) => {
            const done = Math.ceil(bytes / PAGE)
            onProgress?.({ done, total: Math.max(done, pages) })
          }),
      })
      if (stopped) throw interrupted(`${this.#options.label} was copied`)
      if (!ok) throw dumpFailed(this.#options.label, complaint)
      await file.finish()
      const done = Math.ceil(file.bytes / PAGE)
      onProgress?.({ done, total: done })
    } catch (error) {
      await file.remove()
      throw error
    }
  }

  open(path: string, { signal }: Pick<SnapshotOptions, 'signal'> = {}): Promise<Session> {
    return this.#loaded(path, signal)
  }

  async examine(path: string, { signal, look }: ExamineOptions = {}): Promise<DatabaseContent> {
    const session = await this.#loaded(path, signal)
    try {
      await look?.(session)
      return await session.inspector.content(signal)
    } finally {
      await session.close()
    }
  }

  async restore(path: string, { onProgress, signal, check }: RestoreOptions = {}): Promise<void> {
    const { major } = await this.#server()
    const programs = await programsFor(major)
    const { connection } = await openConnection({ ...this.#options, statementTimeoutMs: 0 }, 'write')
    const { busyTimeoutMs } = this.#options
    let done = 0
    const onBytes = (bytes: number) => {
      done = Math.ceil(bytes / PAGE)
      onProgress?.({ done, total: done + 1 })
    }
    try {
      if (signal?.aborted === true) throw interrupted(`${path} was restored`)
      await this.#stoppable(connection, { signal, what: `${path} was restored` }, async () => {
        await connection.run('BEGIN')
        await connection.run(`SET LOCAL lock_timeout = ${busyTimeoutMs}`)
        await connection.run(clearDatabaseSql)
        await loadArchive(connection, path, { program: programs.restore, owners: true, signal, onBytes })
        if (check !== undefined) check(await readContent(connection, signal))
      })
      // From here on it cannot be stopped.
      await connection.run('COMMIT')
      onProgress?.({ done: done + 1, total: done + 1 })
    } finally {
      await connection.close()
    }
  }

  /** A session on a scratch database that holds what an archive holds; gone when it is closed. */
  async #loaded(path: string, signal: SnapshotOptions['signal']): Promise<PostgresSession> {
    const { major } = await this.#server()
    const { restore } = await programsFor(major)
    const scratch = await makeScratchDatabase(this.#options)
    try {
      const options = { ...scratch.options, statementTimeoutMs: 0 }
      const loading = await openConnection(options, 'write')
      // The archive sets what it needs for the rest of the connection.
      await this.#load(loading.connection, { path, program: restore, signal }).finally(() =>
        loading.connection.close(),
      )
      const opened = await openConnection(options, 'write')
      const forget = this.#onOpen(() => session.close())
      const session: PostgresSession = new PostgresSession(opened, {
        ...options,
        observer: new Observer({ idle: () => undefined, open: () => connect(options) }),
        checkLock: () => undefined,
        onClose: () => {
          forget()
          return scratch.remove()
        },
      })
      return session
    } catch (error) {
      await scratch.remove().catch(() => undefined)
      throw error
    }
  }

  #load(
    connection: Connection,
    { path, program, signal }: { path: string; program: string; signal: SnapshotOptions['signal'] },
  ): Promise<void> {
    return this.#stoppable(connection, { signal, what: `${path} was read` }, async () => {
      await connection.run('BEGIN')
      await connection.run('SET LOCAL synchronous_commit = off')
      await loadArchive(connection, path, { program, owners: false, signal })
      await connection.run('COMMIT')
    })
  }

  #stoppable<T>(
    connection: Connection,
    { signal, what }: { readonly signal: SnapshotOptions['signal']; readonly what: string },
    work: () => Promise<T>,
  ): Promise<T> {
    return cancelWhenStopped(work, { connection, options: this.#options, signal, what })
  }

  async #server() {
    const { connection, end } = await this.#connections.open('read')
    try {
      const [row] = await connection.run<{ number: number; size: number; user: string; may: number }>(
        `SELECT current_setting('server_version_num')::int AS number, pg_database_size(current_database()) AS size,
          current_user::text AS user, (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may`,
      )
      const { number = 0, size = 0, user = '', may } = row ?? {}
      const major = Math.floor(number / 10_000)
      const mayMake = may === 1
      return { major, version: `${major}.${number % 10_000}`, pages: Math.ceil(size / PAGE), user, mayMake }
    } finally {
      await end({ isUntouched: true })
    }
  }
}

async function programsFor(major: number): Promise<ClientPrograms> {
  const found = await findClientPrograms(major)
  if (isObstacle(found)) throw obstacleError(found)
  return found
}

function dumpFailed(location: string, complaint: string): MigrateError {
  // pg_dump limits its wait for locks as time of a statement.
  if (/(lock|statement) timeout/.test(complaint)) {
    return new MigrateError(
      'DATABASE_BUSY',
      `${location} is in use, so that it cannot be copied: ${complaint}`,
      {
        hint: 'Find the transaction that holds the lock in pg_stat_activity and let it finish, or wait longer with --busy-timeout',
      },
    )
  }
  return new MigrateError('BACKUP_FAILED', `pg_dump could not copy ${location}: ${complaint}`, {
    hint: 'It has to be able to read everything in the database: look at what it says, and at the rights of the user',
  })
}
