import {
  type Dialect,
  referenceTo,
  type SchemaColumn,
  type SchemaObject,
  type SqlToken,
  type SqlValue,
  sqlTokens,
} from '@whimbrel/core'

/** What the text of a table says about its rows. */
export interface TableShape {
  readonly name: string
  /** Its name as it stands in SQL. */
  readonly reference: string
  /** Columns that hold something: without generated ones. */
  readonly columns: readonly SchemaColumn[]
  /** Everything that may refuse a row. */
  readonly rules: readonly Rule[]
  readonly references: readonly Reference[]
  /** What columns of types take that are made for something special; absent where there are none. */
  readonly types?: { readonly of: (type: string, row: number) => readonly SqlValue[] | undefined }
  /** A row that is refused would end the whole transaction: nothing can be tried out. */
  readonly endsTransaction: boolean
}

/** A check, a unique index or a trigger, as far as it is about values. */
export interface Rule {
  readonly kind: 'check' | 'index' | 'trigger'
  /** Name of the constraint, the index or the trigger; empty where it has none. */
  readonly name: string
  /** Columns that it speaks of, as the table spells them. */
  readonly columns: readonly string[]
  readonly tokens: readonly SqlToken[]
}

/** A foreign key. */
export interface Reference {
  readonly columns: readonly string[]
  /** As the text says it: with its schema in front where that stands there. */
  readonly parent: string
  /** Empty where the primary key is meant. */
  readonly referenced: readonly string[]
}

/** Reads a table and what belongs to it. Text that cannot be read has no rules: the engine will say what it wants. */
export function tableShape(
  table: SchemaObject,
  belongings: readonly SchemaObject[],
  dialect: Dialect,
): TableShape {
  const columns = table.columns.filter(({ generated }) => !generated)
  const body = tokensOf(table, dialect)
  const definitions = definitionsIn(body)
  const own = belongings.filter((object) => object !== table && mayRefuse(object))
  const texts = own.map((object) => ({ object, tokens: tokensOf(object, dialect) }))
  const constraints = belongings
    .filter((object) => object.kind === 'constraint' && !isInBody(object))
    .map((object) => tokensOf(object, dialect))
  const named = (tokens: readonly SqlToken[]) => columnsIn(tokens, columns)
  return {
    name: table.name,
    reference: referenceTo(table, dialect),
    columns,
    rules: [
      ...[...definitions, ...constraints].flatMap((tokens) => checksIn(tokens, named)),
      ...constraints.flatMap((tokens) => keyIn(tokens, named)),
      ...texts.map(({ object: { kind, name }, tokens }) => ({
        kind: kind === 'trigger' ? ('trigger' as const) : ('index' as const),
        name,
        columns: named(kind === 'trigger' ? newValuesIn(tokens) : tokens),
        tokens,
      })),
    ],
    references: [...definitions, ...constraints].flatMap((tokens) => referencesIn(tokens, columns)),
    endsTransaction: [body, ...texts.map(({ tokens }) => tokens)].some(hasRollback),
  }
}

/** A constraint that is read from the statement of its table. */
function isInBody({ within }: SchemaObject): boolean {
  return within === true
}

/** An index may refuse a row when it is unique, and when it computes something. */
function mayRefuse({ kind, sql }: SchemaObject): boolean {
  if (kind !== 'index' && kind !== 'trigger') return false
  return kind !== 'index' || /unique/i.test(sql) || sql.indexOf('(') !== sql.lastIndexOf('(')
}

/** Nothing where the text cannot say anything about values, or cannot be read. */
function tokensOf({ kind, sql }: SchemaObject, dialect: Dialect): readonly SqlToken[] {
  if (kind === 'table' && !/check|references|rollback/i.test(sql)) return []
  try {
    return sqlTokens(sql, dialect)
  } catch {
    return []
  }
}

/** Columns and constraints of a CREATE TABLE, one by one. */
function definitionsIn(tokens: readonly SqlToken[]): readonly SqlToken[][] {
  const open = tokens.findIndex(({ text }) => text === '(')
  const definitions: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(open)) {
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth === 0) break
    if (depth === 1 && token.text === ',') definitions.push([])
    else if (depth > 1 || token.text !== '(') definitions.at(-1)?.push(token)
  }
  return definitions
}

function checksIn(
  tokens: readonly SqlToken[],
  named: (tokens: readonly SqlToken[]) => readonly string[],
): Rule[] {
  return tokens.flatMap((token, at): Rule[] => {
    if (!isWord(token, 'CHECK') || tokens[at + 1]?.text !== '(') return []
    const expression = parenthesised(tokens, at + 1)
    const constraint = isWord(tokens[at - 2], 'CONSTRAINT') ? (tokens[at - 1]?.value ?? '') : ''
    return [{ kind: 'check', name: constraint, columns: named(expression), tokens: expression }]
  })
}

function referencesIn(tokens: readonly SqlToken[], columns: readonly SchemaColumn[]): Reference[] {
  const at = tokens.findIndex((token) => isWord(token, 'REFERENCES'))
  const end = referredEnd(tokens, at)
  const parent = at === -1 ? [] : namesIn(tokens.slice(at + 1, end))
  if (parent.length === 0) return []
  const key = tokens.findIndex((token) => isWord(token, 'FOREIGN'))
  const children = key === -1 ? tokens.slice(0, 1) : parenthesised(tokens, key + 2)
  const referenced = tokens[end]?.text === '(' ? parenthesised(tokens, end) : []
  const own = columnsIn(children, columns)
  return own.length === 0 ? [] : [{ columns: own, parent: parent.join('.'), referenced: namesIn(referenced) }]
}

/** Position behind the name of the table that is referred to, with its schema where it has one. */
function referredEnd(tokens: readonly SqlToken[], at: number): number {
  let end = at + 2
  while (tokens[end]?.text === '.') end += 2
  return end
}

/** The columns that a constraint keeps unique. */
function keyIn(
  tokens: readonly SqlToken[],
  named: (tokens: readonly SqlToken[]) => readonly string[],
): Rule[] {
  const at = tokens.findIndex((token) => isWord(token, 'CONSTRAINT'))
  const rule = tokens.slice(at + 2)
  if (!['UNIQUE', 'PRIMARY', 'EXCLUDE'].some((word) => isWord(rule[0], word))) return []
  return [{ kind: 'index', name: tokens[at + 1]?.value ?? '', columns: named(rule), tokens: rule }]
}

/** What stands between a parenthesis and the one that closes it. */
function parenthesised(tokens: readonly SqlToken[], open: number): readonly SqlToken[] {
  let depth = 0
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1
    if (tokens[at]?.text === ')') depth -= 1
    if (depth === 0) return tokens.slice(open + 1, at)
  }
  return tokens.slice(open + 1)
}

/** Names behind `new.`: what a trigger looks at when a row comes. */
function newValuesIn(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.filter((_, at) => isWord(tokens[at - 2], 'NEW') && tokens[at - 1]?.text === '.')
}

function columnsIn(tokens: readonly SqlToken[], columns: readonly SchemaColumn[]): readonly string[] {
  const found = new Set<string>()
  for (const name of namesIn(tokens)) {
    const column = columns.find((known) => known.name.toLowerCase() === name.toLowerCase())
    if (column !== undefined) found.add(column.name)
  }
  return [...found]
}

function namesIn(tokens: readonly SqlToken[]): readonly string[] {
  return tokens.filter(({ kind }) => kind === 'word' || kind === 'name').map(({ value }) => value)
}

/** True for a keyword, in any case and without quotation marks. */
export function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word
}

function hasRollback(tokens: readonly SqlToken[]): boolean {
  return tokens.some((token) => isWord(token, 'ROLLBACK'))
}
