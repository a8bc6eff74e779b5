import type { Quotation, StringPrefix } from '../model/dialect.ts'
import { endlessComment, type LexerPlace, loneReturn, unterminated } from './lexer-error.ts'
import type { LexisTables } from './lexis-tables.ts'
import { nestedCommentEnd } from './nested-comment-end.ts'
import { quotedEnd } from './quoted-end.ts'

/** What may stand between two parts of one string: a line feed at least, no comment between slashes. */
const CONTINUATION = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\f\v\n\r]|--[^\n\r]*[\n\r])*/y
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y

/**
 * Finds the ends of what has an end of its own: strings, quoted names and comments, each beginning where the lexer
 * stands. Throws MIGRATION_SQL where there is none.
 */
export class EnclosedText {
  readonly #place: LexerPlace
  readonly #tables: LexisTables
  /** The next carriage return, as far as anybody has had to look for it. */
  #return: number
  /** Offset behind the string with backslashes that was read last, or -1; what continues it has them, too. */
  #escapes = -1

  constructor(place: LexerPlace, tables: LexisTables) {
    this.#place = place
    this.#tables = tables
    this.#return = place.text.indexOf('\r')
  }

  /** Offset behind the string whose opening mark stands at `mark`, behind its prefix if it has one. */
  stringEnd(mark: number, prefix?: StringPrefix): number {
    const quotation = this.#quotationAt(mark)
    if (prefix === undefined && this.#escapes === -1) return this.#end(mark, 'string', quotation)
    const escapes = prefix?.backslash || this.#continuesEscapes()
    const backslash = escapes || quotation.backslash
    const doubled = prefix?.doubled ?? quotation.doubled
    const end = this.#end(mark, 'string', { ...quotation, doubled, backslash })
    this.#escapes = escapes ? end : -1
    return end
  }

  nameEnd(mark: number): number {
    return this.#end(mark, 'quoted name', this.#quotationAt(mark))
  }

  /** Offset behind `$tag$ … $tag$`; undefined where no such string begins. */
  dollarStringEnd(): number | undefined {
    const { text, start } = this.#place
    DOLLAR_TAG.lastIndex = start
    if (!DOLLAR_TAG.test(text)) return undefined
    const tag = text.slice(start, DOLLAR_TAG.lastIndex)
    const at = text.indexOf(tag, start + tag.length)
    if (at === -1) throw unterminated(this.#place, 'string', { open: tag, close: tag })
    return at + tag.length
  }

  lineCommentEnd(): number {
    const { text, start } = this.#place
    const lineEnd = text.indexOf('\n', start)
    const end = lineEnd === -1 ? text.length : lineEnd
    while (this.#return !== -1 && this.#return < start) this.#return = text.indexOf('\r', start)
    if (this.#return !== -1 && this.#return < end - 1) {
      throw loneReturn(this.#place, this.#return, this.#tables.lexis.comments)
    }
    return end
  }

  blockCommentEnd(): number {
    const { text, start } = this.#place
    const { nested } = this.#tables.lexis.comments
    const end = nested ? nestedCommentEnd(text, start + 2) : behind(text.indexOf('*/', start + 2))
    if (end === -1) throw endlessComment(this.#place, nested)
    return end
  }

  /** A string that goes on in another line: its parts are tokens of their own, with one way of writing. */
  #continuesEscapes(): boolean {
    const { text, start } = this.#place
    if (this.#escapes === -1) return false
    CONTINUATION.lastIndex = this.#escapes
    return CONTINUATION.test(text) && CONTINUATION.lastIndex === start
  }

  #quotationAt(mark: number): Quotation {
    return this.#tables.quotations.get(this.#place.text.charCodeAt(mark)) as Quotation
  }

  #end(mark: number, what: string, quotation: Quotation): number {
    const end = quotedEnd(this.#place.text, mark + 1, quotation)
    if (end === -1) throw unterminated(this.#place, what, quotation)
    return end
  }
}

function behind(commentEnd: number): number {
  return commentEnd === -1 ? -1 : commentEnd + 2
}
