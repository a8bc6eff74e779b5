/** How one engine's SQL is written, as data for the lexer, and what it forbids in a migration. */
export interface Dialect {
  /** `sqlite`, `postgres`, `mysql`. */
  readonly name: string
}
