import type { Connection } from '../connection.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import type { Table } from './tables.ts'

const sequencesSql = `SELECT a.attname::text AS column, pg_get_serial_sequence($1, a.attname) AS sequence
  FROM pg_attribute AS a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_get_serial_sequence($1, a.attname) IS NOT NULL`

/** Moves the sequences of a table behind the numbers that its rows have; never back. */
export async function numberOn(connection: Connection, { sql }: Table): Promise<void> {
  const found = await connection.run<{ column: string; sequence: string }>(sequencesSql, [sql])
  for (const { column, sequence } of found) {
    await connection.run(
      `SELECT setval($1::regclass, max(m.number)) FROM (SELECT max(${quoteIdentifier(column)}) AS number FROM ${sql}) AS m,
        (SELECT last_value, is_called FROM ${sequence}) AS s
        WHERE m.number > s.last_value OR m.number = s.last_value AND NOT s.is_called`,
      [sequence],
    )
  }
}
