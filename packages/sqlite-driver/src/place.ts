/** Where a database is, for messages and for looking at the file itself. */
export interface Place {
  /** As shown to people. */
  readonly location: string
  /** Absolute path of the file, undefined for a database in memory. */
  readonly path: string | undefined
}
