import {
  type Applied,
  type Dialect,
  MigrateError,
  type Script,
  type Session,
  type Source,
  type SourceEntry,
  tokenChecksum,
  toScript,
  type VersionTracker,
} from '@whimbrel/core'

export interface RecordedScriptsOptions {
  readonly dialect: Dialect
  readonly tracker: Pick<VersionTracker, 'kept'>
  /** A session of the database that has the records. */
  readonly session: Session
  readonly source?: Source | undefined
}

/** Both directions of a migration that is on record. */
export interface RecordedScript {
  readonly up: Script
  readonly down: Script | undefined
}

/** Finds the SQL that records stand for, one at a time: kept in the database, or in a file of the same checksum. */
export class RecordedScripts {
  readonly #options: RecordedScriptsOptions
  #entries: ReadonlyMap<string, SourceEntry> | undefined

  constructor(options: RecordedScriptsOptions) {
    this.#options = options
  }

  /** Throws REPLAY_INCOMPLETE where it is nowhere to be found. */
  async of(record: Applied): Promise<RecordedScript> {
    const found = (await this.#kept(record)) ?? (await this.#inSource(record))
    if (found !== undefined) return found
    throw nowhere(record)
  }

  async #kept(record: Applied): Promise<RecordedScript | undefined> {
    const { tracker, session, dialect } = this.#options
    const kept = await tracker.kept(session, record.version)
    if (kept === undefined || checksumOf(kept.up, dialect) !== record.checksum) return undefined
    const script = (sql: string, part: string) =>
      toScript(sql, { dialect, file: `${record.id} (kept ${part})` })
    return { up: script(kept.up, 'up'), down: kept.down === null ? undefined : script(kept.down, 'down') }
  }

  async #inSource({ version, checksum }: Applied): Promise<RecordedScript | undefined> {
    try {
      this.#entries ??= await entriesOf(this.#options.source)
      const content = await this.#entries.get(version)?.read()
      const parsed = content?.parse(this.#options.dialect)
      return parsed?.migration.checksum === checksum ? parsed : undefined
    } catch (error) {
      if (MigrateError.is(error)) return undefined
      throw error
    }
  }
}

async function entriesOf(source: Source | undefined): Promise<ReadonlyMap<string, SourceEntry>> {
  const listing = await source?.list()
  return new Map(listing?.entries.map((entry) => [entry.version, entry]))
}

/** Undefined for SQL that cannot be read: it is not what was applied. */
function checksumOf(sql: string, dialect: Dialect): string | undefined {
  try {
    return tokenChecksum(sql, dialect)
  } catch {
    return undefined
  }
}

function nowhere({ id, checksum }: Applied): MigrateError {
  const isKnown = checksum.startsWith('sha256:')
  const message = isKnown
    ? `${id} cannot be replayed: its SQL was not kept, and no file has the checksum of its record`
    : `${id} cannot be replayed: it was imported with a checksum that cannot be compared`
  const hint = isKnown
    ? `Bring the file of ${id} back as it was applied`
    : `Compare its file with the database, then run "whimbrel accept ${id} --reason …", which keeps its SQL`
  return new MigrateError('REPLAY_INCOMPLETE', message, { hint, details: { migration: id } })
}
