import { Readable } from 'node:stream'
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
import { NewFile } from '@whimbrel/core/process'
import type { Connection } from '../connection.ts'
import type { CheckedOptions } from '../driver-options.ts'
import { readContent } from '../inspection/read-content.ts'
import { lockTable } from '../lock-table.ts'
import { MysqlSession } from '../mysql-session.ts'
import { openConnection } from '../open-connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { restoreTable } from '../restore-marker.ts'
import { dropLeftOvers } from '../scratch/left-overs.ts'
import {
  granteeOf,
  type MadeDatabase,
  makeScratchDatabase,
  scratchGrant,
} from '../scratch/make-scratch-database.ts'
import { type ClientPrograms, clientPrograms, findClientPrograms } from './client-programs.ts'
import { databaseObjects, nameIn } from './database-objects.ts'
import { type DumpOptions, dumpDatabase, dumpTriggersAndEvents } from './dump-database.ts'
import { makeOptionFile } from './option-file.ts'
import { replaceContent } from './replace-content.ts'
import { runScript } from './run-script.ts'
import { readSections, type SectionName, sectionText } from './script-sections.ts'
import { PAGE, readServer, type Server } from './server.ts'
import { untilFree } from './until-free.ts'

type OnOpen = (close: () => Promise<void>) => () => void

/** What the work on a copy has at hand. */
interface Workshop {
  readonly keeper: Connection
  readonly server: Server
  readonly programs: ClientPrograms
  /** The argument that says how to connect. */
  readonly connect: string
}

/** Copies of one database as scripts; what a copy holds is seen in a scratch database on the server. */
export class MysqlSnapshots implements Snapshots {
  readonly steps = true
  readonly #options: CheckedOptions
  /** Told of every session, and when it ends. */
  readonly #onOpen: OnOpen

  constructor(options: CheckedOptions, onOpen: OnOpen) {
    this.#options = options
    this.#onOpen = onOpen
  }

  async engine(): Promise<EngineVersion> {
    const { engine, version } = await this.#server()
    return { name: engine, version }
  }

  async obstacle(): Promise<SnapshotObstacle | undefined> {
    const server = await this.#server()
    const { engine, mayMake, user } = server
    const programs = await findClientPrograms(engine)
    if ('message' in programs) return programs
    const hidden = hiddenFrom(server, this.#options)
    if (hidden !== undefined) return hidden
    if (mayMake) return undefined
    const message = `the user ${user} may not make databases, and a backup is proved in one`
    return { message, hint: `Let the user make scratch databases: ${scratchGrant(user)}` }
  }

  save(path: string, { onProgress, signal }: SnapshotOptions = {}): Promise<void> {
    return this.#working(async (shop) => {
      const hidden = hiddenFrom(shop.server, this.#options)
      if (hidden !== undefined) throw new MigrateError('BACKUP_FAILED', hidden.message, { hint: hidden.hint })
      const file = await NewFile.make(path)
      const onBytes = (bytes: number) => {
        const done = Math.ceil(bytes / PAGE)
        onProgress?.({ done, total: Math.max(done, shop.server.pages) })
      }
      try {
        stopWhenAsked(signal, `${this.#options.label} was copied`)
        await dumpDatabase(file, { ...(await this.#dumpOptions(shop, signal)), signal, onBytes })
        await file.finish()
        const done = Math.ceil(file.bytes / PAGE)
        onProgress?.({ done, total: done })
      } catch (error) {
        await file.remove()
        throw error
      }
    })
  }

  async open(path: string, { signal }: Pick<SnapshotOptions, 'signal'> = {}): Promise<Session> {
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

  restore(path: string, { onProgress, signal, check }: RestoreOptions = {}): Promise<void> {
    return this.#working(async (shop) => {
      const { keeper } = shop
      await dropLeftOvers(keeper)
      stopWhenAsked(signal, `${path} was restored`)
      const fresh = await makeScratchDatabase(keeper, this.#options, { logged: true })
      const old = await makeScratchDatabase(keeper, this.#options, { logged: true })
      try {
        await this.#load(path, { shop, into: fresh, from: 'tables', to: 'events', signal })
        const content = await this.#contentOf(fresh, signal)
        check?.(content)
        onProgress?.({ done: 1, total: 2 })
        stopWhenAsked(signal, `${path} was restored`)
        await this.#replace(path, { shop, fresh, old, schema: content.schema, signal })
        onProgress?.({ done: 2, total: 2 })
      } finally {
        for (const { name } of [fresh, old])
          await keeper.run(`DROP DATABASE IF EXISTS ${name}`).catch(() => undefined)
      }
    })
  }

  async #replace(
    path: string,
    {
      shop,
      fresh,
      old,
      schema,
      signal,
    }: {
      readonly shop: Workshop
      readonly fresh: MadeDatabase
      readonly old: MadeDatabase
      readonly schema: string
      readonly signal: SnapshotOptions['signal']
    },
  ): Promise<void> {
    const live = this.#options.target.database
    const target = { program: shop.programs.client, connect: shop.connect, database: live, path }
    await replaceContent({
      connection: shop.keeper,
      live,
      fresh: fresh.name,
      old: old.name,
      path,
      schema,
      waiting: { timeoutMs: this.#options.busyTimeoutMs, signal },
      present: async () => dumpTriggersAndEvents(await this.#dumpOptions(shop, signal)),
      putBack: (script) => runScript(Readable.from([script]), target),
      define: () =>
        this.#load(path, { shop, into: { name: live, logged: true }, from: 'definitions', to: 'end' }),
    })
  }

  /** A session on a scratch database that holds what a file holds; gone when it is closed. */
  async #loaded(path: string, signal: SnapshotOptions['signal']): Promise<MysqlSession> {
    const { connection: keeper } = await openConnection(this.#options, 'write')
    let made: MadeDatabase | undefined
    const drop = async () => {
      if (made !== undefined) await keeper.run(`DROP DATABASE IF EXISTS ${made.name}`).catch(() => undefined)
      await keeper.close()
    }
    try {
      await dropLeftOvers(keeper)
      made = await makeScratchDatabase(keeper, this.#options)
      const into = made
      await this.#equipped(keeper, (shop) =>
        this.#load(path, { shop, into, from: 'tables', to: 'events', signal }),
      )
      const opened = await openConnection(this.#optionsFor(made), 'write')
      const { connection } = opened
      const forget = this.#onOpen(() => session.close())
      const session: MysqlSession = new MysqlSession(opened, {
        checkLock: () => undefined,
        onClose: () => {
          forget()
        },
        beforeClose: async () => {
          if (connection.inTransaction) await connection.run('ROLLBACK').catch(() => undefined)
          await drop()
        },
      })
      return session
    } catch (error) {
      await drop()
      throw error
    }
  }

  /** Runs some sections of a file in a database. */
  async #load(
    path: string,
    {
      shop: { programs, connect },
      into: { name, logged },
      from,
      to,
      signal,
    }: {
      readonly shop: Workshop
      readonly into: MadeDatabase
      readonly from: SectionName
      readonly to: SectionName | 'end'
      readonly signal?: SnapshotOptions['signal']
    },
  ): Promise<void> {
    const sections = await readSections(path)
    const script = sectionText(path, sections, {
      from,
      to,
      before: logged ? '' : 'SET SESSION sql_log_bin = 0;\n',
    })
    await runScript(script, { program: programs.client, connect, database: name, path, signal })
  }

  async #contentOf(database: MadeDatabase, signal: SnapshotOptions['signal']): Promise<DatabaseContent> {
    const { connection } = await openConnection(this.#optionsFor(database), 'read')
    return readContent(connection, signal).finally(() => connection.close())
  }

  #optionsFor({ name }: MadeDatabase): CheckedOptions {
    return { ...this.#options, target: { ...this.#options.target, database: name } }
  }

  /** Waits for tables that others have locked: the program that copies them would wait without an end. */
  async #dumpOptions(
    { keeper, programs, connect }: Workshop,
    signal: SnapshotOptions['signal'],
  ): Promise<DumpOptions> {
    const { target, label, busyTimeoutMs } = this.#options
    const objects = await databaseObjects(keeper, target.database)
    for (const object of objects.filter(({ kind }) => kind === 'TABLE')) {
      const look = `SELECT 1 FROM ${nameIn(target.database, object)} LIMIT 0`
      await untilFree(keeper, look, { timeoutMs: busyTimeoutMs, signal })
    }
    return {
      program: programs.dump,
      isMariaDb: programs.isMariaDb,
      connect,
      database: target.database,
      location: label,
      objects,
      except: [lockTable, restoreTable],
    }
  }

  async #working<T>(work: (shop: Workshop) => Promise<T>): Promise<T> {
    const { connection: keeper } = await openConnection(this.#options, 'write')
    return this.#equipped(keeper, work).finally(() => keeper.close())
  }

  /** Throws BACKUP_FAILED where there are no programs. */
  async #equipped<T>(keeper: Connection, work: (shop: Workshop) => Promise<T>): Promise<T> {
    const server = await readServer(keeper)
    const programs = await clientPrograms(server.engine)
    const file = await makeOptionFile(this.#options.target, programs)
    return work({ keeper, server, programs, connect: file.argument }).finally(file.remove)
  }

  async #server(): Promise<Server> {
    const { connection } = await openConnection(this.#options, 'read')
    return readServer(connection).finally(() => connection.close())
  }
}

function stopWhenAsked(signal: SnapshotOptions['signal'], what: string): void {
  if (signal?.aborted === true) throw interrupted(what)
}

/** What a copy would leave out, because the server shows it to nobody without these rights. */
function hiddenFrom({ hidden, user }: Server, { target }: CheckedOptions): SnapshotObstacle | undefined {
  if (hidden.length === 0) return undefined
  const rights = hidden.join(', ')
  return {
    message: `the user ${user} may not see everything in ${target.database}: the privilege ${rights} is denied, and a copy would leave out what is there`,
    hint: `Grant it: GRANT ${rights} ON ${quoteIdentifier(target.database)}.* TO ${granteeOf(user)}`,
  }
}
