import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MigrationRunner } from '@whimbrel/core'
import { folderSource } from '@whimbrel/core/fs'
import { mysqlDriver } from '@whimbrel/mysql-driver'
import { postgresDriver } from '@whimbrel/postgres-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { asSingleFile } from '../../single-file.ts'
import { whimbrelCommand, whimbrelVersion } from '../../whimbrel-command.ts'
import { writeFiles } from '../../write-files.ts'
import { runProgram } from '../run-program.ts'
import type { ServerTool } from '../server-tool.ts'

/** whimbrel as an application calls its packages. */
export const whimbrel: ServerTool = {
  name: 'whimbrel',
  version: whimbrelVersion(),
  setup:
    '`MigrationRunner` in process: lock, checksums of every file, record, history and kept SQL of each migration.',
  sharings: { PostgreSQL: ['each', 'all'], MariaDB: ['statements'] },
  recordedSql: "SELECT count(*) FROM schema_migrations WHERE state = 'applied'",
  prepare({ migrations: folder }, migrations) {
    writeFiles(folder, migrations, asSingleFile)
  },
  async up({ url, migrations, sharing }) {
    const isPostgres = url.startsWith('postgres')
    const driver = isPostgres ? postgresDriver({ url }) : mysqlDriver({ url })
    const tracker = sqlVersionTracker({ dialect: isPostgres ? 'postgres' : 'mysql' })
    const source = folderSource({ directory: migrations })
    const transaction = sharing === 'statements' ? {} : { transaction: sharing }
    try {
      await new MigrationRunner({ driver, tracker, source, ...transaction }).up()
    } finally {
      await driver.close()
    }
  },
}

/** The command, with everything that it composes. */
export const whimbrelUp: ServerTool = {
  ...whimbrel,
  name: 'whimbrel up',
  setup:
    'The command as a process of its own, as built in this workspace, with a manifest of one database: what could be lost is looked at first, and the stamp of the database is kept.',
  async up({ directory, url, sharing }) {
    const transaction = sharing === 'statements' ? {} : { transaction: sharing }
    const manifest = { databases: { app: { url, migrations: 'migrations', ...transaction } } }
    writeFileSync(join(directory, 'whimbrel.json'), JSON.stringify(manifest))
    await runProgram(whimbrelCommand('up', '--yes'), directory)
  },
}
