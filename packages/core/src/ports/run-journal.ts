/**
 * Optional role of a driver: one small text kept durably beside the database, outside of its transactions, in which a
 * run over several databases writes down what it has decided.
 */
export interface RunJournal {
  /** Where the database is, so that a process that knows another one of the run finds it. */
  place(): Promise<string>
  /** The text, undefined where there is none. Writes nothing. */
  read(): Promise<string | undefined>
  /**
   * The text beside another database of this kind, undefined where there is none. Throws DATABASE_MISSING where that
   * database is not there.
   */
  readOther(other: OtherPlace): Promise<string | undefined>
  /**
   * Replaces the text as a whole: after a crash it is the old or the new one, and the new one once this resolves. With
   * `others` the same text is written beside other databases of this kind, too, before it is beside this one.
   */
  write(text: string, options?: { readonly others?: readonly RunJournal[] }): Promise<void>
  /**
   * Also what was left of a `write` that did not come to its end. Harmless where there is none. A loss of power may bring
   * it back, except where it is asked to be `durable`.
   */
  remove(options?: { readonly durable?: boolean }): Promise<void>
}

/** Where another database was when a text was written. */
export interface OtherPlace {
  readonly place: string
  /** Where this database was then: all of them may have been moved together since. */
  readonly from: string
}
