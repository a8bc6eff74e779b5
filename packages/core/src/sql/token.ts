/** Kinds of token, as small integers because the lexer meets a hundred of them in an ordinary migration. */
export const END_OF_TEXT = 0
export const WORD = 1
export const QUOTED_NAME = 2
export const STRING = 3
export const NUMBER = 4
export const OPERATOR = 5
export const SEMICOLON = 6
export const LINE_COMMENT = 7
export const BLOCK_COMMENT = 8
