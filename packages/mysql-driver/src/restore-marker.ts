import type { Finding } from '@whimbrel/core'
import type { Connection } from './connection.ts'

/** The table that is there while a restore is between its first and its last commit. */
export const restoreTable = 'whimbrel_restore'

/** Says that a restore of this file has begun to change the database. */
export async function markRestore(connection: Connection, path: string): Promise<void> {
  await connection.run(`CREATE TABLE IF NOT EXISTS ${restoreTable} (path longtext NOT NULL, since longtext NOT NULL)
    ENGINE = InnoDB CHARACTER SET utf8mb4`)
  await connection.run(`DELETE FROM ${restoreTable}`)
  await connection.run(`INSERT INTO ${restoreTable} VALUES (?, ?)`, [path, new Date().toISOString()])
}

/** It has ended: the database is what it was before, or what the file holds. */
export async function unmarkRestore(connection: Connection): Promise<void> {
  await connection.run(`DROP TABLE IF EXISTS ${restoreTable}`)
}

/** What a killed restore left behind, in words. */
export async function restoreNotices(connection: Connection): Promise<readonly Finding[]> {
  const there = await connection.run(
    'SELECT 1 AS found FROM information_schema.tables WHERE table_schema = database() AND table_name = ?',
    [restoreTable],
  )
  if (there.length === 0) return []
  const [row] = await connection.run<{ path: string; since: string }>(
    `SELECT path, since FROM ${restoreTable}`,
  )
  return [
    {
      code: 'RESTORE_UNVERIFIED',
      message: `A restore that began at ${row?.since} did not come to its end: all tables are those of before or all are those of ${row?.path}, but triggers, views, routines and events may be missing or old`,
      hint: `Run the same restore again, which finishes it: whimbrel restore ${row?.path}`,
      blocking: false,
    },
  ]
}
