import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { Direction } from '../model/migration.ts'
import type { ParsedMigration, Remark, Warning } from '../ports/source.ts'
import { Lexer } from '../sql/lexer.ts'
import { lineAt } from '../sql/position.ts'
import { readSection } from '../sql/section-reader.ts'
import { BLOCK_COMMENT, END_OF_TEXT, LINE_COMMENT } from '../sql/token.ts'
import { opaqueChecksum } from '../sql/token-hash.ts'
import { assembleMigration, type NamedMigration, type Part } from './assemble-migration.ts'
import { type Header, readHeader } from './header.ts'
import { headerComment } from './header-comment.ts'
import type { HeaderItem, HeaderText } from './header-item.ts'
import { findMarkerLine, markerOf, nearlyMarkerOf } from './marker.ts'
import {
  doubledMarker,
  markerBehindSql,
  markersMissing,
  misspeltMarker,
  reversedMarkers,
  sqlAboveMarkers,
} from './marker-error.ts'
import { remarkOf } from './remark.ts'
import { strayHeader } from './stray-header.ts'

/**
 * Reads a migration that has both directions in one file, between markers. Throws MIGRATION_MARKER,
 * MIGRATION_HEADER, MIGRATION_SQL and MIGRATION_FORBIDDEN, each with the line.
 */
export function parseSingleFile(text: string, named: NamedMigration, dialect: Dialect): ParsedMigration {
  return new SingleFile(text, named, dialect).parse()
}

class SingleFile {
  readonly #text: HeaderText
  readonly #named: NamedMigration
  readonly #dialect: Dialect
  readonly #lexer: Lexer
  readonly #items: HeaderItem[] = []
  readonly #warnings: Warning[] = []
  readonly #remarks: Remark[] = []
  #part: Remark['part'] = 'header'
  /** Marker at which the lexer stands. */
  #marker: Direction | undefined
  readonly #onLineComment = () => this.#atMarker()

  constructor(text: string, named: NamedMigration, dialect: Dialect) {
    const origin = { file: named.file, migration: named.id }
    this.#text = { text, origin }
    this.#named = named
    this.#dialect = dialect
    this.#lexer = new Lexer(text, dialect, origin)
  }

  parse(): ParsedMigration {
    this.#readHeaderItems()
    if (this.#marker === undefined) throw markersMissing(this.#text, ['up', 'down'])
    if (this.#marker === 'down') throw reversedMarkers(this.#text, this.#lexer.start)
    const firstMarker = this.#lexer.start
    const header = readHeader(this.#items, { id: this.#named.id, engine: this.#dialect.name })
    const { engine, transactional } = header.metadata
    if (engine !== undefined && engine !== this.#dialect.name) return this.#forAnotherEngine(header)
    const mode = transactional ? 'transaction' : 'none'
    const up = this.#readPart('up', mode)
    if (this.#marker === undefined) throw markersMissing(this.#text, ['down'])
    if (this.#marker === 'up') throw doubledMarker(this.#text, 'up', [firstMarker, this.#lexer.start])
    const secondMarker = this.#lexer.start
    const down = this.#readPart('down', mode)
    if (this.#marker === 'up') throw doubledMarker(this.#text, 'up', [firstMarker, this.#lexer.start])
    if (this.#marker === 'down') throw doubledMarker(this.#text, 'down', [secondMarker, this.#lexer.start])
    return assembleMigration(this.#named, { header, up, down, ...this.#noticed() })
  }

  #readHeaderItems(): void {
    const lexer = this.#lexer
    for (;;) {
      const kind = lexer.next()
      if (kind === END_OF_TEXT) return
      if (kind === LINE_COMMENT) {
        if (this.#isMarker()) return
        if (this.#isRemark()) continue
        const item = headerComment(lexer.slice(), lexer.start, this.#text)
        if (item !== undefined) this.#items.push(item)
      } else if (kind !== BLOCK_COMMENT) throw sqlAboveMarkers(this.#text, lexer.start)
    }
  }

  #readPart(direction: Direction, mode: ScriptMode): Part {
    const { text, origin } = this.#text
    const from = this.#behindMarker()
    this.#marker = undefined
    this.#part = direction
    const { statements, checksum, commits } = readSection(this.#lexer, this.#dialect, {
      from,
      firstLine: lineAt(text, from),
      mode,
      part: direction,
      onLineComment: this.#onLineComment,
    })
    const to = this.#marker === undefined ? text.length : text.lastIndexOf('\n', this.#lexer.start) + 1
    return {
      sql: text.slice(from, to),
      file: origin.file,
      statements,
      checksum,
      commits,
      empty: statements.length === 0,
    }
  }

  /** Its SQL cannot be read here and is not going to run here: it is kept as it is. */
  #forAnotherEngine(header: Header): ParsedMigration {
    const from = this.#behindMarker()
    const rest = this.#text.text.slice(from)
    const border = findMarkerLine(rest, 'down')
    if (border === -1) throw markersMissing(this.#text, ['down'])
    const behind = rest.indexOf('\n', border)
    const up = this.#opaquePart(rest.slice(0, border))
    const down = this.#opaquePart(behind === -1 ? '' : rest.slice(behind + 1))
    return assembleMigration(this.#named, { header, up, down, ...this.#noticed() })
  }

  #opaquePart(sql: string): Part {
    const { file } = this.#named
    return { sql, file, statements: [], checksum: opaqueChecksum(sql), empty: sql.trim() === '' }
  }

  #behindMarker(): number {
    return Math.min(this.#lexer.end + 1, this.#text.text.length)
  }

  #atMarker(): boolean {
    if (this.#isMarker()) return true
    if (this.#isRemark()) return false
    const lexer = this.#lexer
    const warning = strayHeader(lexer.slice(), lexer.start, this.#text)
    if (warning !== undefined) this.#warnings.push(warning)
    return false
  }

  #isRemark(): boolean {
    const { start: offset } = this.#lexer
    const remark = remarkOf(this.#lexer.slice(), { text: this.#text.text, offset, part: this.#part })
    if (remark !== undefined) this.#remarks.push(remark)
    return remark !== undefined
  }

  #noticed() {
    return { warnings: this.#warnings, remarks: this.#remarks }
  }

  #isMarker(): boolean {
    const lexer = this.#lexer
    const comment = lexer.slice()
    const marker = markerOf(comment)
    const meant = marker ?? nearlyMarkerOf(comment)
    if (meant === undefined) return false
    if (!this.#aloneOnLine()) {
      if (marker === undefined) return false
      throw markerBehindSql(this.#text, marker, lexer.start)
    }
    if (marker === undefined) throw misspeltMarker(this.#text, meant, lexer)
    this.#marker = marker
    return true
  }

  #aloneOnLine(): boolean {
    const { text } = this.#text
    let at = this.#lexer.start - 1
    while (at >= 0 && /[ \t\uFEFF]/.test(text.charAt(at))) at -= 1
    return at < 0 || text[at] === '\n'
  }
}
