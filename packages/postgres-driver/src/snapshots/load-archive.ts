import { interrupted, MigrateError, type StopSignal } from '@whimbrel/core'
import { runProgram } from '@whimbrel/core/process'
import type { Connection } from '../connection.ts'
import { scriptPieces } from './script-pieces.ts'

export interface LoadOptions {
  /** Absolute path of pg_restore. */
  readonly program: string
  /** Give everything the owner and the rights that it had; otherwise it belongs to who loads it. */
  readonly owners: boolean
  readonly signal?: StopSignal | undefined
  /** Bytes of rows that were sent. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

const sections = ['pre-data', 'data', 'post-data'] as const
const withoutOwners = [
  '--no-owner',
  '--no-privileges',
  '--no-publications',
  '--no-subscriptions',
  '--no-comments',
]

/**
 * Runs what an archive holds on a connection, inside the transaction that is open there. pg_restore only reads the file:
 * it connects to nothing. Throws BACKUP_DAMAGED, INTERRUPTED and what the statements throw.
 */
export async function loadArchive(
  connection: Connection,
  path: string,
  { program, owners, signal, onBytes }: LoadOptions,
): Promise<void> {
  let bytes = 0
  async function* counted(rows: AsyncIterable<Uint8Array>) {
    for await (const chunk of rows) {
      if (signal?.aborted === true) throw interrupted(`${path} was read`)
      bytes += chunk.length
      onBytes?.(bytes)
      yield chunk
    }
  }
  for (const section of sections) {
    const { ok, stopped, complaint } = await runProgram({
      path: program,
      args: ['--file=-', `--section=${section}`, ...(owners ? [] : withoutOwners), path],
      env: { ...process.env, LC_ALL: 'C' },
      signal,
      output: async (chunks) => {
        for await (const piece of scriptPieces(chunks, { isData: section === 'data' })) {
          if (piece.kind === 'rows') await connection.copyIn(piece.sql, counted(piece.rows))
          else await statements(connection, piece.sql)
        }
      },
    })
    if (stopped) throw interrupted(`${path} was read`)
    if (!ok) throw unreadable(path, complaint)
  }
}

async function statements(connection: Connection, sql: string): Promise<void> {
  try {
    await connection.raw(sql)
  } catch (error) {
    throw connection.translate(error)
  }
}

function unreadable(path: string, complaint: string): MigrateError {
  return new MigrateError('BACKUP_DAMAGED', `${path} cannot be used: ${complaint}`, {
    hint: 'Take another one: "whimbrel backups" lists them; a newer pg_dump may have made it, then install that version',
    details: { file: path },
  })
}
