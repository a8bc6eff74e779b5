import type { Direction } from '../model/migration.ts'
import { suggest } from '../suggest.ts'

/** How the two markers are written. */
export const markerLines: Readonly<Record<Direction, string>> = {
  up: '-- === UP MIGRATION ===',
  down: '-- === DOWN MIGRATION ===',
}

const MARKER = /^--\s*={3,}\s*(UP|DOWN)\s+MIGRATION\s*={3,}\s*$/i
const MENTIONS = /up|down|dwon|donw|migr/i
const OTHER_TOOLS = /^--\s*(?:\+(?:goose|migrate)\s+|migrate:\s*|[@!])(up|down)s?\b/i
const LONGEST_SUSPECT = 80

/** Direction of a line comment that is a marker. */
export function markerOf(comment: string): Direction | undefined {
  if (!comment.includes('===')) return undefined
  const direction = MARKER.exec(comment)?.[1]
  return direction === undefined ? undefined : direction.length === 2 ? 'up' : 'down'
}

/**
 * Direction of a line comment that is no marker although its author seems to have meant one: misspelt, with fewer
 * signs around it, or written as other tools write it.
 */
export function nearlyMarkerOf(comment: string): Direction | undefined {
  if (comment.length > LONGEST_SUSPECT || !MENTIONS.test(comment)) return undefined
  const other = OTHER_TOOLS.exec(comment)?.[1]
  if (other !== undefined) return directionOf(other)
  const words = comment.match(/[^\s=\-*#+~:_]+/g) ?? []
  const [first = '', second = ''] = words
  const decorated = /^--\s*[-=*#+~]/.test(comment) || /[=*#~-]\s*$/.test(comment)
  if (words.length === 1 && decorated) return /^(?:up|down)$/i.test(first) ? directionOf(first) : undefined
  // Without signs around it only the very words are meant: remarks speak of migrations, too.
  if (!decorated) return /^--\s*(?:up|down)\s+migration\s*$/i.test(comment) ? directionOf(first) : undefined
  if (meansMigration(second)) return directionOf(first)
  return decorated && meansMigration(first) ? directionOf(second) : undefined
}

function meansMigration(word: string): boolean {
  return suggest(word, ['migration', 'migrations']) !== undefined
}

function directionOf(word: string): Direction | undefined {
  return suggest(word, ['up', 'down']) as Direction | undefined
}

/** Offset of a line that reads like a marker, wherever it stands, a string or a block comment included; or -1. */
export function findMarkerLine(text: string, direction: Direction): number {
  const line = new RegExp(
    `^[ \\t\\uFEFF]*--[ \\t]*={3,}[ \\t]*${direction}[ \\t]+MIGRATION[ \\t]*={3,}[ \\t\\r]*$`,
    'im',
  )
  return text.search(line)
}
