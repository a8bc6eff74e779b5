import fc from 'fast-check'

/** Tokens of SQLite as they may be written. */
export const token: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('SELECT', 'create', 'x', 'X', '_a1', 'größe', 'END', 'begin', 'CASE', 'a$b', '名前'),
  fc.constantFrom("'a'", "''", "'it''s'", "'--'", "'/*'", "';'", "'a\nb'", "'ü'", "x'ff'", "X''"),
  fc.constantFrom('"a b"', '""', '"a""b"', '`t`', '`a``b`', '[a;b]', "['x']"),
  fc.constantFrom('1', '1.5', '.5', '0xFF', '1e10', '2E-3', '1_000'),
  fc.constantFrom(
    '(',
    ')',
    ',',
    '.',
    '+',
    '-',
    '*',
    '/',
    '%',
    '||',
    '<>',
    '!=',
    '<=',
    '>=',
    '==',
    '=',
    '->',
    '->>',
    '<<',
  ),
)

/** What may stand between two tokens without changing them. */
export const gap: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '\r\n',
      '\f',
      '\uFEFF',
      '-- it\'s; "\n',
      '--\n',
      '/* ; -- */',
      '/**/',
      '/* \' " */',
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => ` ${parts.join('')} `)

/** Anything at all, with a liking for what matters to a lexer. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      token,
      gap,
      fc.constantFrom("'", '"', '`', '[', ']', '--', '/*', '*/', ';', '\r', '?', ':a', '\\'),
      fc.string(),
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.join(''))
