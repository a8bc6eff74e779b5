import { createTestDatabase } from '../../src/testing/index.ts'

/** Makes databases as a worker of a test runner does, and prints of each what it holds and which run has made it. */
const [migrations = '', directory = '', count = '1'] = process.argv.slice(2)
const found: unknown[] = []
// Nobody closes it: its folder goes with the process.
await createTestDatabase({ migrations, cache: { directory } })
for (let each = 0; each < Number(count); each += 1) {
  await using database = await createTestDatabase({ migrations, cache: { directory } })
  database.handle.exec('INSERT INTO t1 VALUES (1)')
  const sql =
    'SELECT count(*) AS migrations, (SELECT count(*) FROM t1) AS rows, run_id AS run FROM schema_migrations'
  found.push(database.handle.prepare(sql).get())
}
process.stdout.write(JSON.stringify(found))
