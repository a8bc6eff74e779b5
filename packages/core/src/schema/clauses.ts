import { isKeyword, type SchemaWord } from './schema-word.ts'

/** The part of the words up to the bracket that closes the one at `open`, both included; to the end without one. */
export function bracketEnd(words: readonly SchemaWord[], open: number): number {
  let depth = 0
  for (let at = open; at < words.length; at += 1) {
    depth += depthOf(words[at])
    if (depth === 0) return at
  }
  return words.length - 1
}

/** Splits words at the commas that stand in no brackets. */
export function splitAtCommas(words: readonly SchemaWord[]): readonly (readonly SchemaWord[])[] {
  return split(words, {
    begins: (word) => word.text === ',',
  }).map((part) => (part[0]?.text === ',' ? part.slice(1) : part))
}

const columnClauses = [
  ...['constraint', 'primary', 'not', 'null', 'unique', 'check', 'default', 'collate', 'references'],
  ...['generated', 'as'],
]
const tableClauses = ['constraint', 'primary', 'unique', 'check', 'foreign']

/** Words behind which a keyword belongs to the clause that is open: `DEFAULT NULL`, `ON DELETE SET NULL`. */
const leading = ['not', 'default', 'set', 'collate', 'references', 'always']

/** What is declared of a column, clause by clause; the first is its type, empty where there is none. */
export function clausesOfColumn(words: readonly SchemaWord[]): readonly (readonly SchemaWord[])[] {
  const clauses = split(words, { begins: beginsClause(columnClauses) })
  return isKeyword(words[0], ...columnClauses) ? [[], ...clauses] : clauses
}

/** SQLite lets constraints of a table follow each other without a comma. */
export function clausesOfTable(words: readonly SchemaWord[]): readonly (readonly SchemaWord[])[] {
  return split(words, { begins: beginsClause(tableClauses) })
}

export function startsConstraint(words: readonly SchemaWord[]): boolean {
  return isKeyword(words[0], ...tableClauses)
}

function beginsClause(keywords: readonly string[]) {
  return (word: SchemaWord, open: readonly SchemaWord[], next: SchemaWord | undefined): boolean => {
    if (!isKeyword(word, ...keywords)) return false
    if (isKeyword(open[0], 'constraint') && open.length <= 2) return false
    if (isKeyword(open.at(-1), ...leading) && !isKeyword(open.at(-2), 'set')) return false
    return !(word.canonical === 'not' && isKeyword(next, 'deferrable'))
  }
}

interface Splitting {
  /** Whether a word outside brackets begins a part, seen what is in the open one and what follows. */
  readonly begins: (word: SchemaWord, open: readonly SchemaWord[], next: SchemaWord | undefined) => boolean
}

function split(words: readonly SchemaWord[], { begins }: Splitting): readonly (readonly SchemaWord[])[] {
  const parts: SchemaWord[][] = []
  let open: SchemaWord[] = []
  let depth = 0
  words.forEach((word, index) => {
    if (depth === 0 && begins(word, open, words[index + 1])) {
      if (open.length > 0) parts.push(open)
      open = []
    }
    depth += depthOf(word)
    open.push(word)
  })
  if (open.length > 0) parts.push(open)
  return parts
}

function depthOf(word: SchemaWord | undefined): number {
  return word?.text === '(' ? 1 : word?.text === ')' ? -1 : 0
}
