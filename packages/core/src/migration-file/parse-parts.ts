import type { Dialect, ScriptMode } from '../model/dialect.ts'
import type { Direction } from '../model/migration.ts'
import type { ParsedMigration, Remark, Warning } from '../ports/source.ts'
import { Lexer } from '../sql/lexer.ts'
import { errorAtLine, lineAt } from '../sql/position.ts'
import { readSection } from '../sql/section-reader.ts'
import { BLOCK_COMMENT, LINE_COMMENT } from '../sql/token.ts'
import { opaqueChecksum } from '../sql/token-hash.ts'
import { assembleMigration, type NamedMigration, type Part } from './assemble-migration.ts'
import { readHeader } from './header.ts'
import { headerComment } from './header-comment.ts'
import type { HeaderItem, HeaderText } from './header-item.ts'
import { markerOf } from './marker.ts'
import { metadataItems } from './metadata-toml.ts'
import { isRemark, remarkOf } from './remark.ts'
import { strayHeader } from './stray-header.ts'

/** A text and the file that it stands in, as shown to people. */
export interface TextOfFile {
  readonly text: string
  readonly file?: string | undefined
}

/** A migration whose directions are texts of their own. */
export interface MigrationTexts {
  readonly up: TextOfFile
  readonly down?: TextOfFile | undefined
  /** Content of a `metadata.toml`; header comments of the up text count as well. */
  readonly metadata?: TextOfFile | undefined
}

/**
 * Reads a migration that has a text per direction. Throws MIGRATION_HEADER, MIGRATION_SQL, MIGRATION_FORBIDDEN, and
 * MIGRATION_LAYOUT where a text holds the markers of the other layout.
 */
export function parseParts(texts: MigrationTexts, named: NamedMigration, dialect: Dialect): ParsedMigration {
  return new Parts(named, dialect).parse(texts)
}

class Parts {
  readonly #named: NamedMigration
  readonly #dialect: Dialect
  readonly #warnings: Warning[] = []
  readonly #remarks: Remark[] = []
  /** Where the header of the up text ends. */
  #headerEnd = 0

  constructor(named: NamedMigration, dialect: Dialect) {
    this.#named = named
    this.#dialect = dialect
  }

  parse(texts: MigrationTexts): ParsedMigration {
    const { metadata, up, down } = texts
    const items = metadata === undefined ? [] : metadataItems(this.#textOf(metadata))
    const header = readHeader([...items, ...this.#headerItems(this.#textOf(up))], {
      id: this.#named.id,
      engine: this.#dialect.name,
    })
    const { engine, transactional } = header.metadata
    const foreign = engine !== undefined && engine !== this.#dialect.name
    const read = (of: TextOfFile, part: Direction) =>
      foreign ? opaquePart(of) : this.#part(this.#textOf(of), part, transactional ? 'transaction' : 'none')
    return assembleMigration(this.#named, {
      header,
      up: read(up, 'up'),
      down: down && read(down, 'down'),
      warnings: this.#warnings,
      remarks: this.#remarks,
    })
  }

  #textOf({ text, file }: TextOfFile): HeaderText {
    return { text, origin: { file, migration: this.#named.id } }
  }

  #headerItems(of: HeaderText): HeaderItem[] {
    const items: HeaderItem[] = []
    const lexer = new Lexer(of.text, this.#dialect, of.origin)
    for (let kind = lexer.next(); kind === LINE_COMMENT || kind === BLOCK_COMMENT; kind = lexer.next()) {
      const comment = kind === LINE_COMMENT && !isRemark(lexer.slice()) ? lexer.slice() : undefined
      const item = comment === undefined ? undefined : headerComment(comment, lexer.start, of)
      if (item !== undefined) items.push(item)
      this.#headerEnd = lexer.end
    }
    return items
  }

  #part(of: HeaderText, direction: Direction, mode: ScriptMode): Part {
    const headerEnd = direction === 'up' ? this.#headerEnd : 0
    const lexer = new Lexer(of.text, this.#dialect, of.origin)
    const { statements, checksum, commits } = readSection(lexer, this.#dialect, {
      mode,
      part: direction,
      onLineComment: () => {
        const comment = lexer.slice()
        if (markerOf(comment) !== undefined) throw foreignMarker(of, lexer.start)
        const part = lexer.start < headerEnd ? 'header' : direction
        const remark = remarkOf(comment, { text: of.text, offset: lexer.start, part })
        if (remark !== undefined) this.#remarks.push(remark)
        const warning = lexer.start < headerEnd ? undefined : strayHeader(comment, lexer.start, of)
        if (warning !== undefined) this.#warnings.push(warning)
        return false
      },
    })
    const { file } = of.origin
    return { sql: of.text, file, statements, checksum, commits, empty: statements.length === 0 }
  }
}

function opaquePart({ text, file }: TextOfFile): Part {
  return { sql: text, file, statements: [], checksum: opaqueChecksum(text), empty: text.trim() === '' }
}

function foreignMarker(of: HeaderText, offset: number): Error {
  return errorAtLine(
    'MIGRATION_LAYOUT',
    { ...of.origin, line: lineAt(of.text, offset) },
    {
      message: 'a marker stands in a file that holds one direction only',
      hint:
        'Set "layout" of this database in the manifest to "single-file" if its files hold both directions; ' +
        'otherwise remove the line',
    },
  )
}
