import type { Dialect } from '../model/dialect.ts'
import { STRING } from '../sql/token.ts'
import { canonicalName, isKeyword, nameOf, type SchemaWord, textOf } from './schema-word.ts'

/** A key, a CHECK, UNIQUE or foreign key, wherever in the definition of its table it stands. */
export interface TableConstraint {
  /** `primary`, `unique`, `check`, `foreign`. */
  readonly kind: string
  /** Its own name as written; undefined where it has none. */
  readonly name: string | undefined
  /** As it is compared: one of a column reads like one of the table. */
  readonly canonical: string
  /** As it was written. */
  readonly text: string
  /** The column in whose definition it stands, case folded; undefined for one of the table. */
  readonly column: string | undefined
}

/** Reads a clause; undefined where it is no constraint of rows: a default, NOT NULL, a collation. */
export function readConstraint(
  clause: readonly SchemaWord[],
  dialect: Dialect,
  column?: string,
): TableConstraint | undefined {
  const named = isKeyword(clause[0], 'constraint') ? clause[1] : undefined
  const words = named === undefined ? clause : clause.slice(2)
  const kind = isKeyword(words[0], 'references') ? 'foreign' : (words[0]?.canonical ?? '')
  if (!isKeyword(words[0], 'primary', 'unique', 'check', 'foreign', 'references')) return undefined
  const name = named && nameOf(named, dialect)
  const tokens = kind === 'check' ? canonicalTokens(words) : canonicalKey(words, dialect, column)
  const canonical = [
    ...(name === undefined ? [] : ['constraint', canonicalName(name, dialect)]),
    ...tokens,
  ].join(' ')
  return { kind, name, canonical, text: textOf(clause), column }
}

function canonicalTokens(words: readonly SchemaWord[]): readonly string[] {
  return words.map(({ canonical }) => canonical)
}

/** A key names columns only, so that a string stands for a name, and ascending is what it is anyway. */
function canonicalKey(words: readonly SchemaWord[], dialect: Dialect, column: string | undefined): string[] {
  const tokens = words.map((word) =>
    word.kind === STRING ? canonicalName(nameOf(word, dialect), dialect) : word.canonical,
  )
  const ofTable = column === undefined ? tokens : inTableForm(tokens, canonicalName(column, dialect))
  const ascending = withoutAscending(ofTable)
  const target = ascending.indexOf('references')
  if (target === -1) return ascending
  return [...ascending.slice(0, target), ...canonicalReference(ascending.slice(target))]
}

function inTableForm(tokens: readonly string[], column: string): readonly string[] {
  const [head = ''] = tokens
  if (head === 'references') return ['foreign', 'key', '(', column, ')', ...tokens]
  if (head === 'unique') return ['unique', '(', column, ')', ...tokens.slice(1)]
  // INTEGER PRIMARY KEY DESC at a column is another key than PRIMARY KEY (a DESC) of the table: no alias of the rowid.
  if (tokens.includes('desc')) return tokens
  const rest = tokens.slice(2).filter((token) => token !== 'asc' && token !== 'autoincrement')
  const automatic = tokens.includes('autoincrement') ? ['autoincrement'] : []
  return ['primary', 'key', '(', column, ...automatic, ')', ...rest]
}

/** ASC is the default where columns of a key or an index are listed. */
export function withoutAscending(tokens: readonly string[]): string[] {
  return tokens.filter(
    (token, index) => token !== 'asc' || !(tokens[index + 1] === ',' || tokens[index + 1] === ')'),
  )
}

/** Actions in one order, without those that say what holds anyway. */
function canonicalReference(tokens: readonly string[]): readonly string[] {
  const parts: string[][] = [[]]
  tokens.forEach((token, index) => {
    const negated = tokens[index - 1] === 'not'
    const begins = ['on', 'match', 'not'].includes(token) || (token === 'deferrable' && !negated)
    // The table that is referred to may have any name.
    if (begins && index > 1) parts.push([])
    parts.at(-1)?.push(token)
  })
  const [target = [], ...actions] = parts.map((part) => part.join(' '))
  return [target as string, ...actions.filter((action) => !holdsAnyway.has(action)).sort()]
}

const holdsAnyway = new Set(['on delete no action', 'on update no action', 'not deferrable'])

/** What a constraint is about: its kind and the columns behind it. */
export function subjectOf({ kind, canonical }: TableConstraint): string {
  const open = canonical.indexOf('(')
  return kind === 'check' || open === -1 ? canonical : canonical.slice(0, canonical.indexOf(')', open))
}
