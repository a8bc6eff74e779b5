import { backupOutput, backupsResult } from '../backup-output.ts'
import { backupsOf } from '../backups-of.ts'
import type { Command, CommandContext } from '../command.ts'
import { renderBackups } from '../render/render-backups.ts'
import { findTargets } from '../target.ts'

async function run(context: CommandContext<unknown>) {
  const { selected } = await findTargets(context.settings, context.terminal)
  return backupsResult('backups', context, {
    targets: selected,
    of: async (target) => ({ backups: (await backupsOf(target).list()).map(backupOutput) }),
    render: renderBackups,
  })
}

export const backups: Command = {
  name: 'backups',
  summary: 'List the backups there are',
  options: [],
  examples: ['whimbrel backups', 'whimbrel backups --db settings --json'],
  run,
}
