import { resolveBinary } from 'dbmate'
import { asScript } from '../generate.ts'
import { installedVersion } from '../installed-version.ts'
import type { BenchTool, Operation } from '../tool.ts'
import { writeFiles } from '../write-files.ts'

const commands: Readonly<Record<Operation, string>> = {
  apply: 'up',
  noop: 'up',
  status: 'status',
  rollback: 'rollback',
}

/** A Go program; the npm package's wrapper is left out, so no Node starts. */
export const tool: BenchTool = {
  name: 'dbmate',
  version: installedVersion('dbmate'),
  setup:
    'The Go binary, called directly, without schema dump. A transaction per migration. `rollback` takes one migration back, so 100 of them are 100 processes.',
  recordedSql: 'SELECT count(*) FROM schema_migrations',
  operations: ['apply', 'noop', 'status', 'rollback'],
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, ({ stem, up, down }) => ({
      [`${stem}.sql`]: `-- migrate:up\n${asScript(up)}\n-- migrate:down\n${asScript(down)}`,
    }))
  },
  command(operation, place, steps) {
    const dbmate = [
      resolveBinary(),
      `--url=sqlite:${place.database}`,
      `--migrations-dir=${place.migrations}`,
      '--no-dump-schema',
      commands[operation],
    ]
    if (operation !== 'rollback') return dbmate
    const loop = `i=0; while [ $i -lt ${steps} ]; do "$@" || exit 1; i=$((i + 1)); done`
    return ['sh', '-c', loop, 'sh', ...dbmate]
  },
}
