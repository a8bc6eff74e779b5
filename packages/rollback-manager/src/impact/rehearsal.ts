import {
  type DatabaseSchema,
  type Dialect,
  MigrateError,
  type Script,
  type Session,
  type Statement,
  type Step,
  shielded,
  withoutYielding,
} from '@whimbrel/core'
import { SchemaTrace, type StepLosses } from './schema-trace.ts'
import { type Named, type Renames, StatementWords } from './statement-words.ts'

/** What a step takes away, and why not all of it could be tried. */
export interface Rehearsed extends StepLosses {
  readonly step: Step
  readonly untried: string | undefined
  readonly deletesRows: boolean
}

/** They write rows, and no schema: without rows there is nothing to try. */
const withoutSchema = new Set([
  'ANALYZE',
  'DELETE',
  'EXPLAIN',
  'INSERT',
  'REINDEX',
  'REPLACE',
  'SELECT',
  'TRUNCATE',
  'UPDATE',
  'VACUUM',
  'VALUES',
  'WITH',
])
/** They may write rows of one table into another. */
const copying = new Set(['CREATE', 'INSERT', 'REPLACE', 'WITH'])
/** Why a step that is code is not tried out. */
const asCode = 'it is code, and what it takes away is known when it has run'
/** They take rows away from a table that stays. */
const deleting = new Set(['DELETE', 'REPLACE', 'TRUNCATE'])

/** Whatever is not clearly something else counts as one. */
const tableStatement = /^\w+\s+(?!(?:unique\s+)?(?:index|view|trigger)\b)/i

/** Runs the schema statements of a plan on a scratch database and sees after each what became of the tables. */
export class Rehearsal {
  readonly #scratch: Session | MigrateError
  readonly #dialect: Dialect
  readonly #trace: SchemaTrace
  /** Kind of the statements that ran and were not looked at yet: several of one kind are looked at once. */
  #unseen: 'CREATE' | 'DROP' | 'ALTER' | undefined
  #schema: DatabaseSchema

  /** An error instead of a scratch database says why there is none: then everything is told from its text. */
  constructor(
    scratch: Session | MigrateError,
    { live, dialect }: { live: DatabaseSchema; dialect: Dialect },
  ) {
    this.#scratch = scratch
    this.#dialect = dialect
    this.#schema = live
    this.#trace = new SchemaTrace(live, dialect)
  }

  async run(step: Step, script: Script): Promise<Rehearsed> {
    this.#trace.beginStep()
    if (script.run !== undefined) {
      return { step, ...this.#trace.endStep(this.#schema, []), untried: asCode, deletesRows: false }
    }
    const failed: { statement: number; message: string; drops: Named | undefined }[] = []
    await this.#together(async () => {
      for (const [index, statement] of script.statements.entries()) {
        // What a retry does not run again has happened already.
        if (index < (step.done ?? 0)) continue
        const sql = script.sql.slice(statement.start, statement.end)
        const problem = await this.#try(sql, statement)
        if (problem === undefined) continue
        const { drops } = new StatementWords(sql, this.#dialect)
        failed.push({ statement: index + 1, message: problem.message, drops })
      }
    })
    await this.#look()
    const named = failed.flatMap(({ drops }) => drops ?? [])
    const [first] = failed
    return {
      step,
      ...this.#trace.endStep(this.#schema, named),
      untried: first && `statement ${first.statement}: ${first.message}`,
      deletesRows: script.statements.some(({ verb }) => deleting.has(verb)),
    }
  }

  async #try(sql: string, { verb }: Statement): Promise<MigrateError | undefined> {
    let problem: MigrateError | undefined
    // A setting may decide what a rename does; one that cannot be set here decides nothing.
    if (verb === 'PRAGMA') await this.#execute(sql)
    else if (!withoutSchema.has(verb)) {
      const kind = verb === 'CREATE' || verb === 'DROP' ? verb : 'ALTER'
      const isTable = kind === 'ALTER' || tableStatement.test(sql)
      if (isTable && this.#unseen !== kind) await this.#look()
      problem = await this.#execute(sql)
      // What is no table is looked at when the step ends, whatever happens to it before.
      this.#unseen = isTable ? kind : (this.#unseen ?? kind)
      if (kind === 'ALTER') await this.#look(new StatementWords(sql, this.#dialect).renames)
    }
    if (copying.has(verb)) {
      const words = new StatementWords(sql, this.#dialect)
      if (words.target !== undefined) await this.#look()
      this.#trace.copy(words)
    }
    return problem
  }

  /** In a transaction settings of the connection are put back after the step, as they are when it is run. */
  #together(work: () => Promise<void>): Promise<void> {
    return this.#scratch instanceof Error ? work() : this.#scratch.transaction(work)
  }

  async #execute(sql: string): Promise<MigrateError | undefined> {
    if (this.#scratch instanceof Error) return this.#scratch
    try {
      const scratch = this.#scratch
      const text = withoutYielding(sql, this.#dialect)
      await shielded(scratch, this.#dialect, () => scratch.execute(text))
      return undefined
    } catch (error) {
      if (MigrateError.is(error)) return error
      throw error
    }
  }

  async #look(renames?: Renames): Promise<void> {
    if (this.#unseen === undefined || this.#scratch instanceof Error) return
    this.#schema = (await this.#scratch.inspector?.schema()) ?? this.#schema
    this.#trace.see(this.#schema, this.#unseen === 'ALTER', renames)
    this.#unseen = undefined
  }
}
