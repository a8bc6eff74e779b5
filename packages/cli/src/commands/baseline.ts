import { keptSqlOf, type Migration, resolveId } from '@whimbrel/core'
import { amendRecords } from '../amend-records.ts'
import type { Command, CommandContext } from '../command.ts'

function run(context: CommandContext<{ readonly reason?: string }>) {
  const [query = ''] = context.args
  return amendRecords('baseline', context, async ({ tracker }, { session, load, run: identity }) => {
    const { migrations, scripts } = await load()
    const newest = resolveId(query, migrations)
    const there = migrations.slice(0, migrations.indexOf(newest) + 1)
    const { reason } = context.options
    const sqlOf = async ({ version }: Migration) => keptSqlOf(await scripts.get(version))
    await tracker.baseline(session, there, {
      run: identity,
      sqlOf,
      ...(reason === undefined ? {} : { reason }),
    })
    return there.map(({ id }) => ({ id, change: 'recorded as applied, without running it' }))
  })
}

export const baseline: Command = {
  name: 'baseline',
  summary: 'Record migrations as applied without running them',
  args: '<id>',
  options: [{ flags: '--reason <text>', description: 'why, for the history' }],
  examples: [
    'whimbrel baseline 003 --db settings',
    'whimbrel baseline 003 --db settings --reason "made by hand"',
  ],
  run,
}
