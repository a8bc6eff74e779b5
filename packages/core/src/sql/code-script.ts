import { hash } from 'node:crypto'
import type { Direction } from '../model/migration.ts'
import type { Script } from '../model/script.ts'
import type { MigrationFunction } from '../ports/code-session.ts'

/** What stands for code where the SQL of a script is shown or kept. No engine runs it. */
export const CODE_TEXT = '(code)'

/** The script of a direction that is code. */
export function codeScript(run: MigrationFunction, file: string): Script {
  return { sql: CODE_TEXT, file, statements: [{ start: 0, end: CODE_TEXT.length, line: 1, verb: '' }], run }
}

/**
 * Checksum of a direction that is code, `sha256:<hex>`. It is not over the code: a bundler writes the same function in
 * another way each time. The author changes `revision` instead.
 */
export function codeChecksum(of: {
  readonly id: string
  readonly direction: Direction
  readonly revision: string
}): string {
  return `sha256:${hash('sha256', JSON.stringify(['code', of.id, of.direction, of.revision]))}`
}
