import {
  type ForeignConstruct,
  hintForFunction,
  outline,
  refusedConstructs,
  silentConstructs,
} from '../foreign-constructs.ts'
import type { LintRule, Verdict } from '../lint-rule.ts'
import type { LintStatement } from '../lint-statement.ts'
import { partOf } from '../schema-problems.ts'

const NO_FUNCTION = /^(?:no such|unknown) function: (\w+)/

export const otherEngine: LintRule = {
  code: 'OTHER_ENGINE',
  title: 'The SQL is that of another engine',
  level: 'error',
  harm: 'SQLite refuses it; or it takes the words for something else, which is worse: id SERIAL PRIMARY KEY is accepted and every id stays NULL.',
  hint: 'Write it as SQLite does',
  refused({ statement, message }) {
    const called = functionVerdict(message)
    if (called !== undefined) return called
    if (!/syntax error|^unrecognized token|^unknown database/.test(message)) return undefined
    if (/^unknown database (?:\[?dbo\]?|public)$/i.test(message))
      return { message, hint: 'Leave the schema in front of the name out: SQLite has one, called main' }
    const found = constructIn(statement, refusedConstructs) ?? backslash(statement)
    return found && { message: `SQLite does not know ${found.what}: ${message}`, hint: found.hint }
  },
  broken(problem) {
    const called = functionVerdict(problem.message)
    return called && { ...called, message: `${partOf(problem)} cannot be used: ${problem.message}` }
  },
  ran(statement) {
    const { action } = statement
    const definesColumns =
      action.does === 'add-column' || (action.does === 'create' && action.kind === 'table')
    const found = definesColumns ? constructIn(statement, silentConstructs) : undefined
    return (
      found && {
        message: `SQLite accepts ${found.what} and ignores it: the column stays NULL`,
        hint: found.hint,
      }
    )
  },
}

function functionVerdict(message: string): Verdict | undefined {
  const hint = hintForFunction(NO_FUNCTION.exec(message)?.[1] ?? '')
  return hint === undefined ? undefined : { message, hint }
}

function constructIn(
  { tokens }: LintStatement,
  constructs: readonly ForeignConstruct[],
): ForeignConstruct | undefined {
  const text = outline(tokens)
  return constructs.find(({ pattern }) => pattern.test(text))
}

/** `'it\'s'`: the string ends at the second quotation mark. */
function backslash({ tokens }: LintStatement): Omit<ForeignConstruct, 'pattern'> | undefined {
  if (!tokens.some(({ kind, text }) => kind === 'string' && text.endsWith("\\'"))) return undefined
  return { what: 'a backslash that escapes', hint: "Write an apostrophe inside a string twice: 'it''s'" }
}
