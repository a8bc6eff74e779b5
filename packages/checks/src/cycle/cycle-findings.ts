import type {
  Dialect,
  ErrorCode,
  Finding,
  IntegrityProblem,
  MigrateError,
  Migration,
  SchemaChange,
  Script,
} from '@whimbrel/core'
import { createOf, dropOf, nameOfChange, oneLine } from './change-in-words.ts'
import type { LeftOut } from './runnable-script.ts'
import type { ContentDifference } from './table-content.ts'

/** Findings of a check about one migration: what is wrong, and what to write instead. */
export class CycleFindings {
  readonly #migration: Migration
  readonly #line: number | undefined

  /** `script`: the one that the findings are about; its first statement is where a person looks. */
  constructor(migration: Migration, script?: Script) {
    this.#migration = migration
    this.#line = script?.statements[0]?.line
  }

  /** Objects that a down leaves, loses or changes. */
  schema(changes: readonly SchemaChange[], dialect: Dialect): readonly Finding[] {
    return withoutBelongings(changes).map((change) => {
      const { code, message, hint } = described(change, dialect)
      const { kind, name, table, before, after } = change
      return this.#finding(code, `The down of ${this.#id} ${message}`, hint, {
        kind,
        name,
        table,
        before,
        after,
      })
    })
  }

  /** Rows that a down does not bring back as they were. */
  rows(difference: ContentDifference): Finding {
    const { table, rowsBefore, rowsAfter } = difference
    return this.#finding(
      'DOWN_CHANGES_ROWS',
      `After up and down of ${this.#id} the rows of ${table} differ: ${describeRows(difference)} (${rowsBefore} before, ${rowsAfter} after)`,
      `Let its down give the rows of ${table} back as they were; if that cannot be, say so in the header: -- Irreversible: <why>, or -- Expect-Loss: ${table}`,
      { ...difference },
    )
  }

  failed(direction: 'up' | 'down' | 'second up', error: MigrateError, hint?: string): Finding {
    const code = direction === 'up' ? 'UP_FAILS' : direction === 'down' ? 'DOWN_FAILS' : 'UP_FAILS_AGAIN'
    const after = direction === 'second up' ? 'After its down the up of ' : `The ${direction} of `
    return this.#finding(code, `${after}${this.#id} fails: ${error.message}`, hint ?? error.hint, {
      ...error.details,
      cause: error.code,
    })
  }

  /** An up that does not make the same as the first time. */
  differs(changes: readonly SchemaChange[]): readonly Finding[] {
    return withoutBelongings(changes).map(({ change, kind, name, table, before, after }) => {
      const what = nameOfChange({ kind, name, table })
      const how =
        change === 'added'
          ? 'there is also'
          : change === 'removed'
            ? 'there is no longer'
            : 'there is another form of'
      return this.#finding(
        'UP_DIFFERS',
        `After up, down and up of ${this.#id} ${how} ${what}`,
        'Let its down undo everything that its up does, and its up not depend on what was there',
        { kind, name, table, before, after },
      )
    })
  }

  /** What no longer holds or compiles. */
  broken(direction: 'up' | 'down', problems: readonly IntegrityProblem[]): readonly Finding[] {
    return problems.map(({ kind, object, message }) => {
      const what =
        kind === 'foreign-key'
          ? `rows of ${object} without a parent`
          : kind === 'integrity'
            ? 'a damaged database'
            : `the ${kind} ${object} broken`
      return this.#finding(
        'LEAVES_BROKEN',
        `The ${direction} of ${this.#id} leaves ${what}: ${message}`,
        kind === 'view' || kind === 'trigger' || kind === 'function'
          ? `Drop or recreate the ${kind} ${object} in the same ${direction}`
          : `Correct the ${direction} so that nothing is left like this`,
        { kind, name: object },
      )
    })
  }

  reasonMissing(): Finding {
    return this.#finding(
      'REASON_MISSING',
      `${this.#id} has no down and does not say why`,
      'Write its down, or add the header line "-- Irreversible: <why it cannot be taken back>"',
    )
  }

  /** A statement that a scratch database cannot run, or must not. */
  leftOut({ statement, because }: LeftOut): string {
    if (because === 'outside') return `${statement} was left out: it would reach out of the scratch database`
    return `${statement} was left out: it does not work inside a transaction, and that is where a check runs`
  }

  /** A loss that the header declares. */
  expectedLoss({ table, lost, changed }: ContentDifference): string {
    return `Its down does not give ${lost + changed} ${lost + changed === 1 ? 'row' : 'rows'} of ${table} back, as Expect-Loss says`
  }

  /** A script that fails for what only the new schema allows. */
  refusesNewRows({ code, message }: Finding): string {
    const what = code === 'DOWN_FAILS' ? 'Its down' : 'Its up, applied again,'
    return `${what} refuses rows that only its new rules allow (${message})`
  }

  get #id(): string {
    return this.#migration.id
  }

  #finding(code: ErrorCode, message: string, hint: string, details: object = {}): Finding {
    const { id, file } = this.#migration
    return {
      code,
      migration: id,
      message,
      hint,
      blocking: true,
      details: { file, line: this.#line, ...details },
    }
  }
}

/** What goes with a table, or comes with it, is not told apart. */
function withoutBelongings(changes: readonly SchemaChange[]): readonly SchemaChange[] {
  const whole = new Set(
    changes
      .filter(({ kind, change }) => kind === 'table' && change !== 'changed')
      .map(({ name }) => name.toLowerCase()),
  )
  return changes.filter(
    ({ kind, table }) => kind === 'table' || kind === 'view' || !whole.has(table.toLowerCase()),
  )
}

function described(
  change: SchemaChange,
  dialect: Dialect,
): { code: ErrorCode; message: string; hint: string } {
  const { before = '', after = '' } = change
  const what = nameOfChange(change)
  if (change.change === 'added')
    return {
      code: 'DOWN_LEAVES',
      message: `leaves ${what} behind`,
      hint: `Add to its down: ${dropOf(change, dialect)}`,
    }
  if (change.change === 'removed')
    return {
      code: 'DOWN_LOSES',
      message: `does not bring ${what} back`,
      hint: `Add to its down: ${createOf(change)}`,
    }
  return {
    code: 'DOWN_CHANGES',
    message: `leaves ${what} changed: it was ${oneLine(before)}, it is ${oneLine(after)}`,
    hint: `Let its down restore ${what} as ${oneLine(before)}`,
  }
}

function describeRows({ first, before, after, lost, changed, added }: ContentDifference): string {
  const counts = [
    changed > 0 ? `${changed} changed` : '',
    lost > 0 ? `${lost} lost` : '',
    added > 0 ? `${added} left behind` : '',
  ].filter((part) => part !== '')
  const row =
    before === undefined
      ? `is new: (${after})`
      : after === undefined
        ? `is gone: (${before})`
        : `was (${before}), is (${after})`
  return `${counts.join(', ')}; the row ${oneLine(first)} ${oneLine(row)}`
}
