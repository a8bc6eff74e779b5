import type { Lexis } from '../model/dialect.ts'

/** PostgreSQL, as its scanner reads it with `standard_conforming_strings`. */
export const postgresLexis: Lexis = {
  space: ' \t\n\r\f\v',
  strings: [{ open: "'", close: "'", doubled: true, backslash: false }],
  identifiers: [{ open: '"', close: '"', doubled: true, backslash: false }],
  stringPrefixes: [
    { prefix: 'E', doubled: true, backslash: true, names: false, isText: true },
    { prefix: 'U&', doubled: true, backslash: false, names: true, isText: true },
    { prefix: 'B', doubled: false, backslash: false, names: false, isText: false },
    { prefix: 'X', doubled: false, backslash: false, names: false, isText: false },
  ],
  dollarQuotes: true,
  comments: { nested: true, hash: false, spaceBehindDashes: false, returnEnds: true, conditional: false },
  parameters: '$',
  operators: ['::', ':=', '..'],
  operatorSigns: '+-*/<>=~!@#%^&|`?',
  shellSigns: '\\',
  shellBeginnings: '',
  digitsBeginNames: false,
  delimiterLines: false,
  parentheses: true,
  bodies: ['', 'OR REPLACE '].flatMap((or) =>
    ['FUNCTION', 'PROCEDURE'].map((object) => `CREATE ${or}${object}`),
  ),
  body: 'atomic',
}
