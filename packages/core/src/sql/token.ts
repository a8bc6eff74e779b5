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
/** A line for the client of the engine: `DELIMITER //`. */
export const DIRECTIVE = 9
/** What a DIRECTIVE put in the place of the semicolon. */
export const TERMINATOR = 10
/** Begin or end of a comment that holds SQL, the begin with its version: `/*!50000`. */
export const CONDITION = 11
