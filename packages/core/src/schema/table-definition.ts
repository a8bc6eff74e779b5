import type { Dialect } from '../model/dialect.ts'
import { bracketEnd, clausesOfColumn, clausesOfTable, splitAtCommas, startsConstraint } from './clauses.ts'
import { nameKey } from './fold-name.ts'
import { canonicalOf, isKeyword, nameOf, type SchemaWord, schemaWords, textOf } from './schema-word.ts'
import { readConstraint, type TableConstraint } from './table-constraint.ts'

/** The text of a CREATE TABLE, taken apart. */
export interface TableDefinition {
  /** By name, case folded. */
  readonly columns: ReadonlyMap<string, ColumnDefinition>
  /** Those of the table and those of its columns. */
  readonly constraints: readonly TableConstraint[]
  /** `strict`, `without rowid`, in one order. */
  readonly options: readonly string[]
}

export interface ColumnDefinition {
  /** As it was written, on one line. */
  readonly text: string
  /** What the engine does not tell elsewhere, in one order: NOT NULL with its ON CONFLICT, collation, expression. */
  readonly traits: readonly string[]
}

/** Reads the statement that made an ordinary table; undefined where it cannot be read. */
export function readTableDefinition(sql: string, dialect: Dialect): TableDefinition | undefined {
  try {
    const words = schemaWords(sql, dialect)
    const open = words.findIndex(({ text }) => text === '(')
    return open === -1 ? undefined : definitionOf(words, open, dialect)
  } catch {
    return undefined
  }
}

function definitionOf(words: readonly SchemaWord[], open: number, dialect: Dialect): TableDefinition {
  const close = bracketEnd(words, open)
  const columns = new Map<string, ColumnDefinition>()
  const constraints: (TableConstraint | undefined)[] = []
  for (const element of splitAtCommas(words.slice(open + 1, close))) {
    if (startsConstraint(element)) {
      constraints.push(...clausesOfTable(element).map((clause) => readConstraint(clause, dialect)))
      continue
    }
    const name = nameKey(nameOf(element[0] as SchemaWord, dialect), dialect)
    const [, ...clauses] = clausesOfColumn(element.slice(1))
    constraints.push(...clauses.map((clause) => readConstraint(clause, dialect, name)))
    columns.set(name, { text: textOf(element), traits: clauses.flatMap(traitOf).sort() })
  }
  return {
    columns,
    constraints: constraints.filter((constraint) => constraint !== undefined),
    options: splitAtCommas(words.slice(close + 1))
      .map(canonicalOf)
      .sort(),
  }
}

function traitOf(clause: readonly SchemaWord[]): readonly string[] {
  const words = isKeyword(clause[0], 'constraint') ? clause.slice(2) : clause
  if (isKeyword(words[0], 'not')) return [canonicalOf(clause)]
  if (isKeyword(words[0], 'collate')) return [canonicalOf(words)]
  if (!isKeyword(words[0], 'generated', 'as')) return []
  const expression = isKeyword(words[0], 'as') ? words : words.slice(2)
  return [canonicalOf(isKeyword(expression.at(-1), 'virtual') ? expression.slice(0, -1) : expression)]
}
