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

/** Names of what a statement creates, alters, drops or writes. */
function targets(words: readonly Word[], verb: string): string[] {
  const found: (string | undefined)[] = []
  const changesSchema = verb === 'CREATE' || verb === 'ALTER' || verb === 'DROP'
  let waitsForObject = changesSchema
  let waitsForOn = verb === 'CREATE' && words.slice(1, 4).some(({ keyword }) => isOnTable(keyword))
  words.forEach(({ keyword }, index) => {
    const behind = index + 1
    if (waitsForObject && objects.has(keyword)) {
      waitsForObject = false
      found.push(nameAt(words, skip(words, behind, ['IF', 'NOT', 'EXISTS'])))
    } else if (waitsForOn && keyword === 'ON') {
      waitsForOn = false
      found.push(nameAt(words, behind))
    } else if (keyword === 'INTO') found.push(nameAt(words, behind))
    else if (keyword === 'UPDATE') found.push(nameAt(words, skipConflict(words, behind)))
    else if (keyword === 'FROM' && words[index - 1]?.keyword === 'DELETE') found.push(nameAt(words, behind))
    else if (keyword === 'TO' && words[index - 1]?.keyword === 'RENAME') found.push(nameAt(words, behind))
    else if (keyword === 'TRUNCATE') found.push(nameAt(words, skip(words, behind, ['TABLE', 'ONLY'])))
  })
  return found.filter((name) => name !== undefined)
}

function isOnTable(keyword: string): boolean {
  return keyword === 'INDEX' || keyword === 'TRIGGER'
}

function skip(words: readonly Word[], from: number, keywords: readonly string[]): number {
  let at = from
  while (keywords.includes(words[at]?.keyword ?? '')) at += 1
  return at
}

/** `UPDATE OR IGNORE t`: the name follows two words later. */
function skipConflict(words: readonly Word[], at: number): number {
  return words[at]?.keyword === 'OR' ? at + 2 : at
}

/** The last part of the possibly qualified name that begins at a position. */
function nameAt(words: readonly Word[], at: number): string | undefined {
  let last = at
  while (words[last + 1]?.keyword === '.' && words[last + 2]?.name !== undefined) last += 2
  return words[last]?.name
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
