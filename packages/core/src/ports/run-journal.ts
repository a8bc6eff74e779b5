/**
 * Optional role of a driver: one small text kept durably beside the database, outside of its transactions, in which a
 * run over several databases writes down what it has decided. Those databases may be of different engines.
 */
export interface RunJournal {
  /**
   * Where the database is, so that a process that knows another one of the run finds it: opaque, the same for everybody
   * who can reach it, and told apart from those of other engines by how it begins. Throws DATABASE_UNREACHABLE.
   */
  place(): Promise<string>
  /** The text, undefined where there is none. Writes nothing. */
  read(): Promise<string | undefined>
  /**
   * The text beside another database, undefined where there is none. Throws DATABASE_MISSING where that database is not
   * there, and DATABASE_UNREACHABLE where it cannot be seen from here: it is of another engine or on another server.
   */
  readOther(other: OtherPlace): Promise<string | undefined>
  /**
   * Replaces the text as a whole: after a crash it is the old or the new one, and the new one once this resolves. With
   * `others` the same text is written beside other databases, too, before it is beside this one.
   */
  write(text: string, options?: { readonly others?: readonly RunJournal[] }): Promise<void>
  /** The runs of which this database has a prepared transaction. Absent where there can be none. */
  prepared?(): Promise<readonly PreparedRun[]>
  /** Brings the prepared transaction of a run to its end, where it is still there. Under the lock. */
  settle?(run: string, end: 'commit' | 'undo'): Promise<void>
  /**
   * Also what was left of a `write` that did not come to its end, and prepared transactions: without a text nothing has
   * decided that they are kept. Under the lock, and harmless where there is nothing. A loss of power may bring the text
   * back, except where it is asked to be `durable`.
   */
  remove(options?: { readonly durable?: boolean }): Promise<void>
}

/** A transaction that was prepared and is neither kept nor undone. */
export interface PreparedRun {
  readonly run: string
  /** When it was prepared, UTC, ISO 8601. */
  readonly since: string
  /** Who made it, as the server knows them. */
  readonly by: string
}

/** Where another database was when a text was written. */
export interface OtherPlace {
  readonly place: string
  /** Where this database was then: all of them may have been moved together since. */
  readonly from: string
}
