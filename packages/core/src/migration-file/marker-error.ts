import { MigrateError } from '../migrate-error.ts'
import type { Direction } from '../model/migration.ts'
import { type Complaint, errorAtLine, lineAt } from '../sql/position.ts'
import type { HeaderText } from './header-item.ts'
import { findMarkerLine, markerLines } from './marker.ts'

/** MIGRATION_MARKER for markers that the lexer did not meet. */
export function markersMissing(where: HeaderText, missing: readonly Direction[]): MigrateError {
  for (const direction of missing) {
    const hidden = findMarkerLine(where.text, direction)
    if (hidden !== -1) return hiddenMarker(where, direction, hidden)
  }
  const { file, migration } = where.origin
  const subject = file ?? migration ?? 'The migration'
  const [only, second] = missing
  const what = second === undefined ? `no ${only?.toUpperCase()} marker` : 'neither an UP nor a DOWN marker'
  const lines = missing.map((direction) => `"${markerLines[direction]}"`).join(' and ')
  const hint =
    second === undefined
      ? `Add the line ${lines}; with nothing below it the migration cannot be rolled back`
      : `Add the lines ${lines}, each alone on its line; where up and down are files of their own, set "layout" ` +
        'of this database in the manifest to "paired" or "directory"'
  return new MigrateError('MIGRATION_MARKER', `${subject} has ${what}`, {
    hint,
    details: { file, migration },
  })
}

function hiddenMarker(where: HeaderText, direction: Direction, offset: number): MigrateError {
  return at(where, offset, {
    message: `the ${direction.toUpperCase()} marker stands inside a string or a block comment, where it does not count`,
    hint: 'Close the string or the comment above it, or move the marker to a line of its own outside',
  })
}

export function reversedMarkers(where: HeaderText, offset: number): MigrateError {
  const up = findMarkerLine(where.text, 'up')
  if (up < offset) return markersMissing(where, ['up'])
  return at(where, offset, {
    message: `the DOWN marker stands above the UP marker of line ${lineAt(where.text, up)}`,
    hint: 'Put the up part first, and the down part below it',
  })
}

export function doubledMarker(
  where: HeaderText,
  direction: Direction,
  [first, second]: readonly [number, number],
): MigrateError {
  return at(where, second, {
    message: `a second ${direction.toUpperCase()} marker; line ${lineAt(where.text, first)} has the first`,
    hint: 'Keep one marker of each kind, and split what belongs to another migration into a file of its own',
  })
}

export function sqlAboveMarkers(where: HeaderText, offset: number): MigrateError {
  const marked = findMarkerLine(where.text, 'up') !== -1 || findMarkerLine(where.text, 'down') !== -1
  if (!marked) return markersMissing(where, ['up', 'down'])
  return at(where, offset, {
    message: 'SQL stands above the first marker, where it belongs to neither direction',
    hint: `Move it below "${markerLines.up}"`,
  })
}

export function markerBehindSql(where: HeaderText, direction: Direction, offset: number): MigrateError {
  return at(where, offset, {
    message: `the ${direction.toUpperCase()} marker shares its line with something else`,
    hint: `Put "${markerLines[direction]}" on a line of its own`,
  })
}

export function misspeltMarker(
  where: HeaderText,
  direction: Direction,
  comment: { readonly start: number; slice(): string },
): MigrateError {
  return at(where, comment.start, {
    message: `"${comment.slice().trim()}" looks like a marker and is not one`,
    hint: `Write "${markerLines[direction]}"; if it is a remark, put it in other words`,
  })
}

function at(where: HeaderText, offset: number, complaint: Complaint): MigrateError {
  return errorAtLine('MIGRATION_MARKER', { ...where.origin, line: lineAt(where.text, offset) }, complaint)
}
