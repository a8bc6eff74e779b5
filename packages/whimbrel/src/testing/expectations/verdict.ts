/** What looking at a database found. */
export interface Verdict {
  readonly holds: boolean
  /** What is wrong with it where it was to hold and does not: how it is instead. */
  readonly unmet: string
  /** What is wrong with it where it was not to hold and does. */
  readonly met: string
}
