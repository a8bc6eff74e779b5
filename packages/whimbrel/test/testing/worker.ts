import { createTestDatabase } from '../../src/testing/index.ts'

/** Makes databases as a worker of a test runner does, and prints how many migrations each of them has. */
const [migrations = '', directory = '', count = '1'] = process.argv.slice(2)
const found: unknown[] = []
// Nobody closes it: its folder goes with the process.
await createTestDatabase({ migrations, cache: { directory } })
for (let each = 0; each < Number(count); each += 1) {
  await using database = await createTestDatabase({ migrations, cache: { directory } })
  database.handle.exec('INSERT INTO t1 VALUES (1)')
  found.push(
    database.handle
      .prepare('SELECT count(*) + (SELECT count(*) FROM t1) FROM schema_migrations')
      .pluck()
      .get(),
  )
}
process.stdout.write(JSON.stringify(found))
