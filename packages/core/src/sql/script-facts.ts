import type { Dialect } from '../model/dialect.ts'
import type { Script } from '../model/script.ts'
import type { ScriptFacts } from '../ports/driver.ts'
import { CodeFacts } from './code-facts.ts'
import { Lexer } from './lexer.ts'
import { END_OF_TEXT, QUOTED_NAME, STRING, WORD } from './token.ts'
import { unquote } from './unquote.ts'

/**
 * What the text of a script says that it touches. Strings count as names too, because SQLite takes `'name'` for
 * an identifier in places, and so do the words in them where strings may be run as SQL; so do keywords, because most
 * of them may be names. Of code everything is expected.
 */
export function scriptFacts(script: Script, dialect: Dialect): ScriptFacts {
  return script.run === undefined ? new Facts(script, dialect) : new CodeFacts(dialect.keywords)
}

/** Each set is made when somebody asks for it: names are needed only after rows have gone. */
class Facts implements ScriptFacts {
  readonly #script: Script
  readonly #dialect: Dialect
  #names: ReadonlySet<string> | undefined
  #keywords: ReadonlySet<string> | undefined

  constructor(script: Script, dialect: Dialect) {
    this.#script = script
    this.#dialect = dialect
  }

  get names(): ReadonlySet<string> {
    this.#names ??= this.#collectNames()
    return this.#names
  }

  get keywords(): ReadonlySet<string> {
    this.#keywords ??= this.#collectKeywords()
    return this.#keywords
  }

  #collectNames(): Set<string> {
    const names = new Set<string>()
    const lexer = new Lexer(this.#script.sql, this.#dialect, this.#script)
    for (let kind = lexer.next(); kind !== END_OF_TEXT; kind = lexer.next()) {
      if (kind === WORD) names.add(lexer.slice().toLowerCase())
      else if (kind === QUOTED_NAME || kind === STRING) {
        const value = unquote(lexer.slice(), this.#dialect).toLowerCase()
        names.add(value)
        if (kind === STRING && this.#dialect.runsStrings) addWords(value, names)
      }
    }
    return names
  }

  /**
   * Looks at comments and strings, too: a word too many costs a check, and a look costs a tenth of reading tokens.
   */
  #collectKeywords(): Set<string> {
    const found = this.#script.sql.match(telling(this.#dialect)) ?? []
    return new Set(found.map((word) => word.toUpperCase()))
  }
}

/** The text need not be SQL at all: whatever could be a name in it counts. */
function addWords(text: string, names: Set<string>): void {
  for (const word of text.match(/[\w$\u0080-\uffff]+/g) ?? []) names.add(word)
}

const patterns = new WeakMap<Dialect, RegExp>()

/** Finds the words that decide what has to be checked after a script. */
function telling(dialect: Dialect): RegExp {
  const known = patterns.get(dialect)
  if (known !== undefined) return known
  const made = new RegExp(`\\b(?:${dialect.keywords.join('|')})\\b`, 'gi')
  patterns.set(dialect, made)
  return made
}
