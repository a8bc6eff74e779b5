import { keptSqlOf, MigrateError, resolveId } from '@whimbrel/core'
import { amendRecords } from '../amend-records.ts'
import type { Command, CommandContext } from '../command.ts'

function run(context: CommandContext<{ readonly reason?: string }>) {
  const [query = ''] = context.args
  const { reason } = context.options
  if (reason === undefined || reason.trim() === '') throw withoutReason()
  return amendRecords('accept', context, async ({ tracker }, { session, load, run: identity }) => {
    const { migrations, scripts } = await load()
    const migration = resolveId(query, migrations)
    const sql = keptSqlOf(await scripts.get(migration.version))
    await tracker.acceptChecksum(session, { migration, sql, run: identity, reason })
    return [{ id: migration.id, change: `counts as it reads now (${migration.checksum})` }]
  })
}

function withoutReason(): MigrateError {
  return new MigrateError('USAGE', 'accept was given no reason', {
    hint: 'Add --reason with why the file may differ from what was applied; it is kept in the history',
  })
}

export const accept: Command = {
  name: 'accept',
  summary: 'Take an edited file for what was applied',
  args: '<id>',
  options: [
    { flags: '--reason <text>', description: 'why the file may differ; required, kept in the history' },
  ],
  examples: ['whimbrel accept 003 --db settings --reason "quoted a name, the table is the same"'],
  run,
}
