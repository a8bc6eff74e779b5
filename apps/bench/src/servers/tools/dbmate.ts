import { resolveBinary } from 'dbmate'
import { asScript } from '../../generate.ts'
import { installedVersion } from '../../installed-version.ts'
import { writeFiles } from '../../write-files.ts'
import { runProgram } from '../run-program.ts'
import type { ServerTool } from '../server-tool.ts'

/** A Go program, called directly. */
export const dbmate: ServerTool = {
  name: 'dbmate',
  version: installedVersion('dbmate'),
  setup:
    'The Go binary as a process of its own, without schema dump; everything else here is a call inside a Node process. On PostgreSQL each migration is one message in a transaction.',
  sharings: { PostgreSQL: ['each'], MariaDB: ['statements'] },
  recordedSql: 'SELECT count(*) FROM schema_migrations',
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.sql`]: `-- migrate:up\n${asScript(up)}\n-- migrate:down\n${asScript(down)}`,
    }))
  },
  // Asynchronously: the proxy that counts is in this process.
  up({ directory, migrations, url }) {
    const address = url.startsWith('postgres') ? `${url}?sslmode=disable` : url
    const args = [`--url=${address}`, `--migrations-dir=${migrations}`, '--no-dump-schema', 'up']
    return runProgram([resolveBinary(), ...args], directory)
  },
}
