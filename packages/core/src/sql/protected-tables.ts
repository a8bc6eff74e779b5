import type { Dialect } from '../model/dialect.ts'
import type { Script, Statement } from '../model/script.ts'
import { Lexer } from './lexer.ts'
import { errorAtLine } from './position.ts'
import { END_OF_TEXT, LINE_COMMENT, OPERATOR, QUOTED_NAME, STRING, WORD } from './token.ts'
import { unquote } from './unquote.ts'

/**
 * Refuses a script that creates, alters, drops or writes one of `tables`, also as a temporary table, a view, by a
 * trigger or an index on it, behind WITH or inside a trigger's body. Reading it is fine. Throws
 * MIGRATION_FORBIDDEN with file, line and statement.
 */
export function checkProtectedTables(script: Script, tables: readonly string[], dialect: Dialect): void {
  if (!mayMention(script.sql, tables)) return
  const names = new Set(tables.map((table) => table.toLowerCase()))
  for (const [index, statement] of script.statements.entries()) {
    const words = wordsOf(script.sql.slice(statement.start, statement.end), dialect)
    const touched = targets(words, statement.verb).find((name) => names.has(name.toLowerCase()))
    if (touched !== undefined) throw refusal(script, { statement, number: index + 1, touched })
  }
}

/** Nearly every script is let through here; only names that can be written in several ways need a closer look. */
function mayMention(sql: string, tables: readonly string[]): boolean {
  const text = sql.toLowerCase()
  return tables.some((table) => !/^\w+$/.test(table) || text.includes(table.toLowerCase()))
}

/** A keyword, a name or a sign, without what the lexer knows beside. */
interface Word {
  /** Upper-case text of an unquoted word, or the sign; empty for a quoted name. */
  readonly keyword: string
  /** The name it may stand for; undefined for a sign. */
  readonly name: string | undefined
}

function wordsOf(statement: string, dialect: Dialect): Word[] {
  const words: Word[] = []
  const lexer = new Lexer(statement, dialect)
  for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
    if (kind >= LINE_COMMENT) continue
    const text = lexer.slice()
    if (kind === WORD) words.push({ keyword: text.toUpperCase(), name: text })
    else if (kind === QUOTED_NAME || kind === STRING) {
      words.push({ keyword: '', name: unquote(text, dialect) })
    } else words.push({ keyword: kind === OPERATOR ? text : '', name: undefined })
  }
  return words
}

/** Words behind CREATE, ALTER and DROP that the name of an object follows. */
const objects = new Set(['TABLE', 'VIEW', 'INDEX', 'TRIGGER'])

/** What may stand between a keyword and the name that belongs to it, in one engine or another. */
const fillers = new Set(
  'CONCURRENTLY DELAYED EXISTS HIGH_PRIORITY IF IGNORE LOW_PRIORITY NOT ONLY QUICK TABLE'.split(' '),
)

/** Names of what a statement creates, alters, drops or writes. */
function targets(words: readonly Word[], verb: string): string[] {
  if (verb === 'RENAME') return words.flatMap(({ name }) => name ?? [])
  const found: string[] = []
  const changesSchema = verb === 'CREATE' || verb === 'ALTER' || verb === 'DROP'
  let waitsForObject = changesSchema
  let waitsForOn = verb === 'CREATE' && words.slice(1, 4).some(({ keyword }) => isOnTable(keyword))
  words.forEach(({ keyword }, index) => {
    if (waitsForObject && objects.has(keyword)) {
      waitsForObject = false
      found.push(...namesAt(words, index + 1))
    } else if (waitsForOn && keyword === 'ON') {
      waitsForOn = false
      found.push(...namesAt(words, index + 1))
    } else if (isWrite(words, index)) found.push(...namesAt(words, skipConflict(words, index + 1)))
  })
  return found
}

function isOnTable(keyword: string): boolean {
  return keyword === 'INDEX' || keyword === 'TRIGGER'
}

/** Whether the names of what is written follow. MySQL needs neither INTO nor FROM, and writes several tables at once. */
function isWrite(words: readonly Word[], index: number): boolean {
  switch (words[index]?.keyword) {
    case 'INTO':
    case 'TRUNCATE':
    case 'INSERT':
    case 'REPLACE':
      return true
    case 'UPDATE':
    case 'DELETE':
      // Behind ON it is what happens to the rows of a foreign key, or the event of a trigger or rule.
      return keywordBefore(words, index) !== 'ON'
    case 'FROM':
      return keywordBefore(words, index) === 'DELETE'
    case 'TO':
      return keywordBefore(words, index) === 'RENAME'
    case 'COPY':
      return index === 0 && words.some(({ keyword }) => keyword === 'FROM')
    default:
      return false
  }
}

function keywordBefore(words: readonly Word[], index: number): string | undefined {
  let at = index - 1
  while (fillers.has(words[at]?.keyword ?? '')) at -= 1
  return words[at]?.keyword
}

/** `UPDATE OR IGNORE t`: the name follows two words later. */
function skipConflict(words: readonly Word[], at: number): number {
  return words[at]?.keyword === 'OR' ? at + 2 : at
}

/**
 * The last parts of the possibly qualified names, with commas between, that begin at a position. What could be a
 * filler could be a name as well.
 */
function namesAt(words: readonly Word[], from: number): string[] {
  const names: (string | undefined)[] = []
  let at = from
  for (;;) {
    while (fillers.has(words[at]?.keyword ?? '')) {
      names.push(words[at]?.name)
      at += 1
    }
    while (words[at + 1]?.keyword === '.' && words[at + 2]?.name !== undefined) at += 2
    names.push(words[at]?.name)
    at += words[at + 1]?.keyword === '*' ? 2 : 1
    if (words[at]?.keyword !== ',') return names.filter((name) => name !== undefined)
    at += 1
  }
}

function refusal(
  script: Script,
  { statement, number, touched }: { statement: Statement; number: number; touched: string },
): Error {
  return errorAtLine(
    'MIGRATION_FORBIDDEN',
    { file: script.file, line: statement.line },
    {
      message: `statement ${number} (${statement.verb}) would change ${touched}, where the tool keeps its own records`,
      hint: 'Leave that table to the tool: "mark" and "accept" correct its records; a table of your own needs another name',
      details: { statement: number, table: touched },
    },
  )
}
