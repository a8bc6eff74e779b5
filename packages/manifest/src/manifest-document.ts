import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { describeNode } from './json-node.ts'
import { ManifestProblems } from './manifest-problems.ts'

/** Levels of nesting a manifest may have; it needs six. The parser is recursive and would run out of stack. */
const deepest = 32

const syntaxTexts: Readonly<Record<string, string>> = {
  InvalidSymbol: 'something here is not JSON; keys and texts stand in double quotes',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'something follows after the closing }',
  UnexpectedEndOfComment: 'a comment is not closed',
  UnexpectedEndOfString: 'a text is not closed with a double quote',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidNumberFormat: 'a number is not written as JSON writes it',
  InvalidUnicode: 'a \\u in a text is not followed by four hexadecimal digits',
  InvalidEscapeCharacter:
    'a backslash in a text is not followed by what JSON knows; a backslash itself is \\\\',
  InvalidCharacter: 'a text holds a control character or a line break',
}

/**
 * The manifest as a tree whose nodes know where they stand. Comments and trailing commas are allowed.
 *
 * @throws MANIFEST_INVALID when it is empty, not JSON, or not an object
 */
export function parseDocument(file: string, text: string): Node {
  const problems = new ManifestProblems(file, text)
  refuseDepth(text, problems)
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  if (root === undefined) reportEmpty(problems, errors)
  else if (errors[0] !== undefined) reportSyntax(problems, errors[0])
  else if (root.type !== 'object') reportRoot(problems, root)
  problems.throwIfAny()
  return root as Node
}

function refuseDepth(text: string, problems: ManifestProblems): void {
  const scanner = createScanner(text, true)
  let depth = 0
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const first = text[scanner.getTokenOffset()]
    if (first === '{' || first === '[') depth += 1
    if (first === '}' || first === ']') depth -= 1
    if (depth <= deepest) continue
    problems.add({
      offset: scanner.getTokenOffset(),
      text: `the manifest is nested more than ${deepest} levels deep`,
      hint: 'A manifest needs six levels at most; remove what does not belong to it',
    })
    problems.throwIfAny()
  }
}

function reportEmpty(problems: ManifestProblems, errors: readonly ParseError[]): void {
  const offset = errors.find(({ error }) => printParseErrorCode(error) !== 'ValueExpected')?.offset
  if (offset !== undefined) {
    problems.add({ offset, text: 'this is not JSON', hint: `Write ${example}` })
    return
  }
  problems.add({ offset: 0, text: 'the manifest is empty', hint: `Run "whimbrel init", or write ${example}` })
}

const example = '{ "databases": { "app": { "url": "sqlite:app.db", "migrations": "app" } } }'

function reportSyntax(problems: ManifestProblems, { error, offset }: ParseError): void {
  const text = syntaxTexts[printParseErrorCode(error)] ?? 'this is not JSON'
  problems.add({
    offset,
    text: `the manifest cannot be read: ${text}`,
    hint: 'Correct it there, or just before',
  })
}

function reportRoot(problems: ManifestProblems, root: Node): void {
  problems.add({
    offset: root.offset,
    text: `the manifest is ${describeNode(root)}; it must be an object`,
    hint: `Write ${example}`,
  })
}
