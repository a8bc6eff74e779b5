import type { Lexis } from '../model/dialect.ts'

const objects = ['PROCEDURE', 'FUNCTION', 'AGGREGATE FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']

/** MySQL and MariaDB, as server and client read them with neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES in `sql_mode`. */
export const mysqlLexis: Lexis = {
  space: ' \t\n\r\f\v',
  strings: [
    { open: "'", close: "'", doubled: true, backslash: true },
    { open: '"', close: '"', doubled: true, backslash: true },
  ],
  identifiers: [{ open: '`', close: '`', doubled: true, backslash: false }],
  stringPrefixes: [
    { prefix: 'N', doubled: true, backslash: false, names: false, isText: true },
    { prefix: 'B', doubled: false, backslash: false, names: false, isText: false },
    { prefix: 'X', doubled: false, backslash: false, names: false, isText: false },
  ],
  dollarQuotes: false,
  comments: { nested: false, hash: true, spaceBehindDashes: true, returnEnds: false, conditional: true },
  parameters: '?',
  operators: ['||', '&&', '<=', '=>', '<>', '<<', '>=', '>>', '!=', ':=', '->', '@@', '..'],
  operatorSigns: '',
  shellSigns: '\\',
  shellBeginnings: '',
  digitsBeginNames: true,
  delimiterLines: true,
  parentheses: false,
  bodies: [
    ...['CREATE', 'CREATE DEFINER *', 'CREATE OR REPLACE', 'CREATE OR REPLACE DEFINER *'].flatMap((create) =>
      objects.map((object) => `${create} ${object}`),
    ),
    'ALTER EVENT',
    'ALTER DEFINER * EVENT',
    // MariaDB runs these outside of routines, too.
    ...['BEGIN NOT ATOMIC', 'IF', 'CASE', 'LOOP', 'REPEAT', 'WHILE', 'FOR'],
  ],
  body: 'compound',
}
