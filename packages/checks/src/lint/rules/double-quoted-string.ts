import type { LintRule } from '../lint-rule.ts'
import type { LintStatement } from '../lint-statement.ts'
import { keywordOf, type StatementAction } from '../statement-action.ts'

export const doubleQuotedString: LintRule = {
  code: 'DOUBLE_QUOTED_STRING',
  title: 'A string is written like a name',
  level: 'warning',
  harm: 'Double quotation marks are for names. Behind DEFAULT, SQLite takes any name for a string, a misspelt keyword too: DEFAULT CURENT_TIMESTAMP is the text "CURENT_TIMESTAMP". Elsewhere, and in other builds and engines, it is refused.',
  hint: "Write strings between single quotation marks: 'text'",
  refused({ message }) {
    if (!/should this be a string literal in single-quotes\?$/.test(message)) return undefined
    return { level: 'error', message }
  },
  ran(statement) {
    const name = nameBehindDefault(statement)
    return name === undefined
      ? undefined
      : { message: `The default is the text ${name}, not what the name stands for` }
  },
}

const values = new Set(['NULL', 'TRUE', 'FALSE', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'])

function nameBehindDefault({ action, tokens }: LintStatement): string | undefined {
  if (!definesColumns(action)) return undefined
  return tokens.find((token, index) => {
    if (keywordOf(tokens[index - 1]) !== 'DEFAULT' || keywordOf(tokens[index - 2]) === 'SET') return false
    return token.kind === 'name' || (token.kind === 'word' && !values.has(token.text.toUpperCase()))
  })?.text
}

function definesColumns(action: StatementAction): boolean {
  return action.does === 'add-column' || (action.does === 'create' && action.kind === 'table')
}
