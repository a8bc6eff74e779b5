import type { MigrationFunction } from '../ports/code-session.ts'

/** One statement of a script, as offsets into its text: no semicolon, no comments around it. */
export interface Statement {
  /** Offset of the first character in `Script.sql`. */
  readonly start: number
  /** Offset after the last character in `Script.sql`. */
  readonly end: number
  /** 1-based line of the file on which the statement begins. */
  readonly line: number
  /** First keyword in upper case, `CREATE` or `WITH` for instance. */
  readonly verb: string
}

/** One direction of a migration: its SQL, split into statements, or code. */
export interface Script {
  readonly sql: string
  /** Where it came from, as shown to people. */
  readonly file?: string | undefined
  readonly statements: readonly Statement[]
  /** Code that runs in place of the statements; the text only stands for it then. */
  readonly run?: MigrationFunction | undefined
}
