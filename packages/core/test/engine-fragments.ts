import fc from 'fast-check'
import type { Dialect } from '../src/model/dialect.ts'
import { mysqlDialect } from '../src/sql/mysql-dialect.ts'
import { postgresDialect } from '../src/sql/postgres-dialect.ts'

/** Pieces of the SQL of an engine for tests with generated texts. */
export interface EngineFragments {
  readonly dialect: Dialect
  /** Tokens as they may be written. */
  readonly tokens: readonly string[]
  /** What may stand between two tokens without changing them. */
  readonly gaps: readonly string[]
  /** What begins and does not end. */
  readonly halves: readonly string[]
  /** Texts that are slow to read for a lexer that looks at anything twice: a front and what is repeated behind it. */
  readonly slow: readonly (readonly [front: string, repeated: string])[]
}

const words = [
  'SELECT',
  'create',
  'x',
  'E',
  'n',
  'u',
  '_a1',
  'größe',
  'END',
  'begin',
  'CASE',
  'a$b',
  '名前',
  'THEN',
]
const slow = ["'a' ", "''", '(', '/', '- ', '/**/', '/* ', '-- \n', '"a', '\\', 'a;', 'CASE ', '* '] as const

export const postgresFragments: EngineFragments = {
  dialect: postgresDialect,
  tokens: [
    ...words,
    ...[
      "'a'",
      "''",
      "'it''s'",
      "'--'",
      "';'",
      "'a\nb'",
      "E'\\';'",
      "E'\\\\'",
      "U&'\\0061'",
      "B'01'",
      "x'ff'",
    ],
    ...[
      '$$;$$',
      "$a$'$$\n$a$",
      '$ü$/*$ü$',
      '"a b"',
      '"a""b"',
      'U&"a;"',
      '1',
      '1.5',
      '.5',
      '0xFF',
      '1e10',
      '1_000',
    ],
    ...[
      ',',
      '.',
      '+',
      '-',
      '*',
      '/',
      '%',
      '||',
      '<>',
      '@>',
      '->>',
      '?|',
      '#>',
      '::',
      ':=',
      '=',
      '[',
      ']',
      '~*',
      '@-',
    ],
  ],
  gaps: [
    ' ',
    '\n',
    '\t',
    '\r\n',
    '\f',
    '\v',
    '\uFEFF',
    "-- it's; $$\n",
    '--\n',
    '/* ; -- */',
    '/**/',
    '/* /* \' */ " */',
  ],
  halves: [
    "'",
    '"',
    '$$',
    '$a$',
    '--',
    '/*',
    '*/',
    '(',
    ')',
    ';',
    '\r',
    '$1',
    '\\',
    "E'",
    '`',
    '$',
    'BEGIN ATOMIC',
  ],
  slow: [
    ...slow.map((repeated) => ['', repeated] as const),
    ...['$a$ ', '+', '@+', "E'\\''\n", '$', '=-', "E'a' ", '1.', 'BEGIN ATOMIC '].map(
      (each) => ['', each] as const,
    ),
    ['CREATE FUNCTION f() BEGIN ATOMIC ', 'CASE '],
    ["E'", '\\\\'],
    ["E'", "\\'"],
  ],
}

export const mysqlFragments: EngineFragments = {
  dialect: mysqlDialect,
  tokens: [
    ...words,
    ...[
      "'a'",
      "''",
      "'it''s'",
      "'--'",
      "';'",
      "'\\''",
      "'\\\\'",
      "'a\nb'",
      "N'a'",
      "b'01'",
      "x'ff'",
      '"it\'s"',
      '"\\";"',
    ],
    ...['`a b`', '`a``b;`', '1', '1.5', '.5', '0xFF', '1e10', '1st', '2e', '@', '@@'],
    ...[',', '.', '+', '-', '*', '/', '%', '||', '<=>', '->>', ':=', '&&', '=', '(', ')', '!', '<<'],
  ],
  gaps: [
    ' ',
    '\n',
    '\t',
    '\r\n',
    '\f',
    '\v',
    '\uFEFF',
    "-- it's; `\n",
    '--\n',
    '# ; "\n',
    '#\n',
    '/* ; -- */',
    '/**/',
    '/* \' " */',
  ],
  halves: [
    "'",
    '"',
    '`',
    '--',
    '/*',
    '*/',
    '/*!50000',
    '/*M!',
    ';',
    '\r',
    '?',
    '\\',
    'DELIMITER',
    'DELIMITER //\n',
    '//',
    '\n',
  ],
  slow: [
    ...slow.map((repeated) => ['', repeated] as const),
    ...['`a`', '# \n', '/*! a */', 'DELIMITER //\n', 'DELIMITER ', '@', '1a', '\nDELIMITER', '"\\""'].map(
      (each) => ['', each] as const,
    ),
    ['CREATE PROCEDURE p() BEGIN ', 'CASE '],
    ['CREATE PROCEDURE p() BEGIN ', 'IF a THEN b; '],
    ['CREATE DEFINER', ' a'],
    ['DELIMITER //\n', 'a /;'],
    ["'", '\\\\'],
    ["'", "\\'"],
    ['/*!', ' a'],
  ],
}

/** A statement of a few tokens, which has no body, no parentheses and does not begin a shell command. */
export function plainStatement({ tokens }: EngineFragments): fc.Arbitrary<string> {
  const plain = tokens.filter((each) => !/^[()]$/.test(each))
  return fc
    .array(fc.constantFrom(...plain), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(' '))
    .filter((sql) => !/^(?:create|begin|case|if|loop|repeat|while|for)\b/i.test(sql))
}

export function anyGap({ gaps }: EngineFragments): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...gaps), { minLength: 1, maxLength: 3 })
    .map((parts) => ` ${parts.join('')} `)
}

/** Anything at all, with a liking for what matters to a lexer. */
export function anyTextOf({ tokens, gaps, halves }: EngineFragments): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...tokens, ...gaps, ...halves),
    fc.constantFrom(...halves),
    fc.string(),
  )
  return fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(''))
}
