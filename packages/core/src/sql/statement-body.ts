import type { BodyStyle } from '../model/dialect.ts'
import { AtomicBody } from './atomic-body.ts'
import { CompoundBody } from './compound-body.ts'
import type { Lexer } from './lexer.ts'
import { TriggerBody } from './trigger-body.ts'

/** Follows a statement that holds others, and says which semicolons are its own. */
export interface StatementBody {
  /** Takes the token at which the lexer stands, anything but a comment or a semicolon. */
  token(lexer: Lexer): void
  /** Takes a semicolon; true where it ends the statement. */
  semicolon(): boolean
  /** What has begun and not ended yet. */
  readonly open: OpenBlock | undefined
}

export interface OpenBlock {
  /** The keyword that began it. */
  readonly word: string
  /** Its offset. */
  readonly at: number
}

/** A body whose statement began with `beginning` at an offset; the lexer stands at its last word. */
export function statementBody(
  style: BodyStyle,
  beginning: { readonly words: string; readonly at: number },
): StatementBody {
  switch (style) {
    case 'trigger':
      return new TriggerBody()
    case 'atomic':
      return new AtomicBody()
    case 'compound':
      return new CompoundBody(beginning)
  }
}
