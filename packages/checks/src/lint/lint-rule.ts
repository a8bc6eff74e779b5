import type { LintLevel } from './lint-finding.ts'
import type { LintStatement } from './lint-statement.ts'
import type { EngineRefusal, RehearsedMigration } from './rehearsed-migration.ts'
import type { SchemaProblem } from './schema-problems.ts'

/** What lint knows about one kind of mistake. Each detection is optional; a rule that needs none of them is kept by lint itself. */
export interface LintRule {
  /** Stable name, for ignore comments and for docs/lint.md. */
  readonly code: string
  readonly title: string
  /** Where a finding does not say otherwise. */
  readonly level: LintLevel
  /** What goes wrong without it. */
  readonly harm: string
  /** The safe form to write instead. */
  readonly hint: string
  /** Looks at a statement that the engine refused on the copy. The first rule of the list that answers counts. */
  readonly refused?: (refusal: EngineRefusal, rehearsed: RehearsedMigration) => Verdict | undefined
  /** Looks at a part of the schema that is broken when all migrations have run; the first that answers counts. */
  readonly broken?: (problem: SchemaProblem, rehearsed: RehearsedMigration) => Verdict | undefined
  /** Looks at a statement that ran. */
  readonly ran?: (statement: LintStatement, rehearsed: RehearsedMigration) => Verdict | undefined
  /** Looks at a migration as a whole. */
  readonly finished?: (rehearsed: RehearsedMigration) => readonly Verdict[]
}

/** What a rule says of one place. */
export interface Verdict {
  readonly message: string
  readonly level?: LintLevel
  readonly hint?: string
  /** The statement it is about, where it is about one. */
  readonly statement?: LintStatement | undefined
}
