import { type SqlPiece, sqlPieces } from '../sql-pieces.ts'

/** A trigger with what its body can refer to; names in lower case. */
export interface JudgedTrigger {
  readonly body: string
  /** Columns of its own table. */
  readonly columns: ReadonlySet<string>
  /** Tables, views and sequences of the database. */
  readonly tables: ReadonlySet<string>
}

/**
 * Why a trigger no longer works, in the words that the server has when it runs: the server looks at a body only then.
 * Undefined where nothing that it certainly names is missing.
 */
export function triggerProblem({ body, columns, tables }: JudgedTrigger): string | undefined {
  const all = sqlPieces(body)
  const own = ownNames(all)
  for (const [at, piece] of all.entries()) {
    const row = piece.word === 'NEW' || piece.word === 'OLD' ? piece.word : undefined
    const column = all[at + 2]?.name
    if (row !== undefined && all[at + 1]?.text === '.' && column !== undefined) {
      if (!columns.has(column.toLowerCase())) return `Unknown column '${column}' in '${row}'`
      continue
    }
    const table = tableBehind(all, at)
    if (table === undefined || own.has(table.toLowerCase()) || tables.has(table.toLowerCase())) continue
    return `Table '${table}' doesn't exist`
  }
  return undefined
}

/** Names that the body itself gives: WITH name AS (…), CREATE TEMPORARY TABLE name. */
function ownNames(all: readonly SqlPiece[]): ReadonlySet<string> {
  const own = all.flatMap(({ name }, at): string[] => {
    if (name === undefined) return []
    const isQuery = all[at + 1]?.word === 'AS' && all[at + 2]?.text === '('
    const isTemporary = all.slice(Math.max(0, at - 6), at).some(({ word }) => word === 'TEMPORARY')
    return isQuery || isTemporary ? [name.toLowerCase()] : []
  })
  return new Set(['dual', ...own])
}

const modifiers = new Set(['DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO', 'LOW_PRIORITY', 'QUICK'])
/** Functions with a FROM between their parentheses. */
const withFrom = new Set(['EXTRACT', 'MID', 'POSITION', 'SUBSTR', 'SUBSTRING', 'TRIM'])

/** The table that is named behind a word that only a table of this database can follow. */
function tableBehind(all: readonly SqlPiece[], at: number): string | undefined {
  const { word = '' } = all[at] ?? {}
  if (!isFollowedByTable(all, at, word)) return undefined
  let next = at + 1
  while (modifiers.has(all[next]?.word ?? '')) next += 1
  const { name, word: found = '' } = all[next] ?? {}
  const behind = all[next + 1]?.text
  // Columns of an INSERT stand between parentheses, and so do the arguments of JSON_TABLE.
  const isCall = behind === '(' && word !== 'INSERT' && word !== 'REPLACE'
  return name === undefined || behind === '.' || isCall || found === 'SELECT' ? undefined : name
}

function isFollowedByTable(all: readonly SqlPiece[], at: number, word: string): boolean {
  const before = all[at - 1]?.word ?? ''
  switch (word) {
    case 'FROM':
      return before !== 'DISTINCT' && !isInFunction(all, at) && !isFetch(all, at)
    case 'JOIN':
    case 'STRAIGHT_JOIN':
      return true
    case 'UPDATE':
      return !['KEY', 'FOR', 'ON', 'BEFORE', 'AFTER'].includes(before)
    case 'INSERT':
    case 'REPLACE':
      return all[at + 1]?.text !== '('
    default:
      return false
  }
}

function isInFunction(all: readonly SqlPiece[], at: number): boolean {
  let depth = 0
  for (let open = at - 1; open > 0; open -= 1) {
    if (all[open]?.text === ')') depth += 1
    if (all[open]?.text === '(') depth -= 1
    if (depth < 0) return withFrom.has(all[open - 1]?.word ?? '')
  }
  return false
}

/** FETCH NEXT FROM a cursor. */
function isFetch(all: readonly SqlPiece[], at: number): boolean {
  return [all[at - 1], all[at - 2]].some((piece) => piece?.word === 'FETCH')
}
