/** Where a database is, for messages. */
export interface Place {
  /** As shown to people, without a password. */
  readonly location: string
}
