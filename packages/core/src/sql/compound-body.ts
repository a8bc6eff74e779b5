import type { Lexer } from './lexer.ts'
import type { OpenBlock, StatementBody } from './statement-body.ts'
import { OPERATOR, WORD } from './token.ts'

/** Behind these words and all signs but `)` and `:` an operand follows: BEGIN and END are names there. */
const beforeOperand = new Set(
  'ADD ALL AND AS BY CHANGE COLUMN DISTINCT DIV DROP FROM IN INTO IS LIKE MOD MODIFY NOT ON OR REGEXP RENAME SELECT SET TABLE TO UPDATE USING WHEN WHERE XA XOR'.split(
    ' ',
  ),
)
const SIGN = /^(?:[!-(*-/<-@[-^{-~]|:=)/
/** What stands in front of an END that closes a block. */
const behindBlock = new Set([';', 'BEGIN', 'ATOMIC'])
/** CASE … END is an expression, too: what stands behind these belongs to it. */
const insideCase = new Set(['CASE', 'ELSE', 'THEN'])

interface Block extends OpenBlock {
  /** A condition has begun, so that the next THEN is its own. */
  hasCondition: boolean
}

/**
 * The body of a procedure, function, trigger or event in MySQL and MariaDB: blocks from BEGIN, CASE, IF, LOOP, REPEAT,
 * WHILE and FOR to their END. IF and REPEAT are functions as well and WHILE and FOR stand elsewhere, so that blocks
 * are counted at the words that only they have: THEN and DO.
 */
export class CompoundBody implements StatementBody {
  readonly #blocks: Block[] = []
  /** The two tokens before: a keyword in upper case or a sign; empty for anything else. */
  #previous = ''
  #beforePrevious = ''
  /** A WHILE or FOR whose DO is to come. */
  #loop: OpenBlock | undefined
  /** Offset of a REPEAT that may be the function, or -1. */
  #repeat = -1

  constructor({ words, at }: { readonly words: string; readonly at: number }) {
    if (words.startsWith('BEGIN')) this.#push('BEGIN', at)
    // Its parts end with semicolons without a word that would tell the last one.
    if (words.includes('PACKAGE')) this.#push('PACKAGE', at)
  }

  get open(): OpenBlock | undefined {
    return this.#blocks.at(-1)
  }

  token(lexer: Lexer): void {
    const isWord = lexer.kind === WORD
    const text = isWord ? lexer.slice().toUpperCase() : lexer.kind === OPERATOR ? lexer.slice() : ''
    if (this.#repeat !== -1 && text !== '(') this.#push('REPEAT', this.#repeat)
    this.#repeat = -1
    if (isWord && this.#previous !== '.') this.#keyword(text, lexer.start)
    this.#beforePrevious = this.#previous
    this.#previous = text
  }

  semicolon(): boolean {
    this.#beforePrevious = this.#previous
    this.#previous = ';'
    return this.#blocks.length === 0
  }

  #keyword(word: string, at: number): void {
    switch (word) {
      case 'BEGIN':
        if (!this.#wantsOperand() || this.#beginsRoutine()) this.#push(word, at)
        break
      case 'CASE':
      case 'LOOP':
        if (this.#previous !== 'END') this.#push(word, at)
        if (word === 'LOOP') this.#loop = undefined
        break
      case 'END':
        if (this.#endsBlock()) this.#blocks.pop()
        break
      default:
        this.#partOfBlock(word, at)
    }
  }

  #partOfBlock(word: string, at: number): void {
    if (word === 'WHEN' || word === 'ELSEIF' || word === 'ELSIF') this.#condition(true)
    else if (word === 'THEN') {
      if (this.#blocks.at(-1)?.hasCondition) this.#condition(false)
      else this.#push('IF', at)
    } else if (word === 'REPEAT' && this.#previous !== 'END') this.#repeat = at
    else if (word === 'WHILE' && this.#previous !== 'END') this.#loop = { word, at }
    else if (word === 'IN' && this.#beforePrevious === 'FOR') this.#loop = { word: 'FOR', at }
    else if (word === 'DO' && this.#loop !== undefined) {
      this.#push(this.#loop.word, this.#loop.at)
      this.#loop = undefined
    }
  }

  #condition(begun: boolean): void {
    const block = this.#blocks.at(-1)
    if (block !== undefined) block.hasCondition = begun
  }

  #push(word: string, at: number): void {
    this.#blocks.push({ word, at, hasCondition: false })
  }

  #endsBlock(): boolean {
    const word = this.#blocks.at(-1)?.word
    if (word === 'CASE') return !this.#wantsOperand() && !insideCase.has(this.#previous)
    return word === 'REPEAT' ? !this.#wantsOperand() : behindBlock.has(this.#previous)
  }

  /** As Oracle writes it: `CREATE PROCEDURE p AS BEGIN`. */
  #beginsRoutine(): boolean {
    return this.#blocks.length === 0 && (this.#previous === 'AS' || this.#previous === 'IS')
  }

  #wantsOperand(): boolean {
    const previous = this.#previous
    return beforeOperand.has(previous) || SIGN.test(previous)
  }
}
