/** How bad it is: it would fail or lose data, it is dangerous, or somebody should know. */
export type LintLevel = 'error' | 'warning' | 'note'

/** Something that lint noticed in one migration. */
export interface LintFinding {
  /** Stable name of the rule; docs/lint.md explains each. */
  readonly code: string
  readonly level: LintLevel
  /** Id of the migration. */
  readonly migration: string
  readonly file?: string | undefined
  /** 1-based line in `file`; absent where it is about the file as a whole. */
  readonly line?: number | undefined
  /** 1-based position of the statement in the up part. */
  readonly statement?: number | undefined
  readonly message: string
  /** The safe form to write instead. */
  readonly hint: string
  /** Where it is explained, for instance `docs/lint.md#statement_fails`. */
  readonly reference: string
}
