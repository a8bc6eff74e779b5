import { type Remark, suggest } from '@whimbrel/core'
import type { LintFinding } from './lint-finding.ts'
import type { LintStatement } from './lint-statement.ts'

const IGNORE = /^whimbrel-lint-ignore(?:[ \t]*:|(?=\s|$))[ \t]*(\S*)[ \t]*([\s\S]*)$/i
const KEYWORD = 'whimbrel-lint-ignore'

/** One ignore comment that can be understood. */
export interface LintIgnore {
  readonly code: string
  readonly line: number
  /** Undefined: the whole file. */
  readonly statement: LintStatement | undefined
}

/** An ignore comment that cannot. */
export interface IgnoreMistake {
  readonly kind: 'unknown' | 'no-reason' | 'no-place'
  readonly line: number
  readonly message: string
  readonly hint: string
}

export interface LintIgnores {
  readonly ignores: readonly LintIgnore[]
  readonly mistakes: readonly IgnoreMistake[]
}

/** Reads the ignore comments of a migration: above its SQL for all of it, in the up part for the next statement. */
export function lintIgnores(
  remarks: readonly Remark[],
  { statements, codes }: { statements: readonly LintStatement[]; codes: readonly string[] },
): LintIgnores {
  const ignores: LintIgnore[] = []
  const mistakes: IgnoreMistake[] = []
  for (const remark of remarks) {
    const read = readRemark(remark, codes)
    if (typeof read !== 'string') {
      mistakes.push(read)
      continue
    }
    const { line, part } = remark
    const statement = part === 'up' ? statements.find(({ lastLine }) => lastLine >= line) : undefined
    if (part !== 'header' && statement === undefined) mistakes.push(withoutPlace(remark))
    else ignores.push({ code: read, line, statement })
  }
  return { ignores, mistakes }
}

/** True for a finding that an ignore comment is about. */
export function isIgnored(finding: LintFinding, { code, statement }: LintIgnore): boolean {
  return finding.code === code && (statement === undefined || statement.number === finding.statement)
}

/** The code that a remark names, or what is wrong with it. */
function readRemark({ text, line }: Remark, codes: readonly string[]): string | IgnoreMistake {
  const [, written = '', reason = ''] = IGNORE.exec(text) ?? []
  if (!IGNORE.test(text)) return unknownRemark(text, line)
  const code = written.toUpperCase()
  if (!codes.includes(code)) return unknownCode(written, { line, codes })
  // Signs in front of it are no reason: `CODE - reason`.
  if (!/[\p{L}\p{N}]/u.test(reason)) return noReason(code, line)
  return code
}

function unknownRemark(text: string, line: number): IgnoreMistake {
  const word = /^\S*/.exec(text)?.[0] ?? text
  const near = suggest(word, [KEYWORD])
  return {
    kind: 'unknown',
    line,
    message: `"${word}" is nothing that a comment can say to whimbrel`,
    hint:
      near === undefined
        ? `There is only "-- ${KEYWORD} CODE reason"`
        : `Did you mean "-- ${near} CODE reason"?`,
  }
}

function unknownCode(
  written: string,
  { line, codes }: { line: number; codes: readonly string[] },
): IgnoreMistake {
  const near = suggest(written, codes)
  return {
    kind: 'unknown',
    line,
    message: written === '' ? 'An ignore comment names no rule' : `There is no rule "${written}" to ignore`,
    hint:
      near === undefined
        ? `Write "-- ${KEYWORD} CODE reason" with one of ${codes.join(', ')}`
        : `Did you mean ${near}?`,
  }
}

function noReason(code: string, line: number): IgnoreMistake {
  return {
    kind: 'no-reason',
    line,
    message: `The comment that ignores ${code} gives no reason, so it has no effect`,
    hint: `Write why it does not matter here, behind the code: -- ${KEYWORD} ${code} because …`,
  }
}

function withoutPlace({ line, part }: Remark): IgnoreMistake {
  const where =
    part === 'down' ? 'stands in the down part, which lint does not look at' : 'has no statement behind it'
  return {
    kind: 'no-place',
    line,
    message: `An ignore comment ${where}`,
    hint: 'Put it above the statement that it is about, or above all markers and SQL for the whole file',
  }
}
