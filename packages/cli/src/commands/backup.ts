import type { BackupProgress } from '@whimbrel/rollback-manager'
import { backupOutput, backupsResult } from '../backup-output.ts'
import { backupsOf, lockFor } from '../backups-of.ts'
import type { Command, CommandContext } from '../command.ts'
import type { BackupsOutput } from '../output.ts'
import { positiveNumber } from '../positive-number.ts'
import { recoverWhereItGoes, withFirst } from '../recover-first.ts'
import { renderBackedUp } from '../render/render-backups.ts'
import { RunListener } from '../run-listener.ts'
import { findTargets, type Target } from '../target.ts'

async function run(context: CommandContext<{ readonly keep?: string }>) {
  const keep = positiveNumber(context.options.keep, '--keep')
  const targets = await findTargets(context.settings, context.terminal)
  const listener = new RunListener(context)
  // A backup is also what somebody wants to have before mending what keeps a run from being finished.
  const first = await recoverWhereItGoes({ targets, context, listener })
  listener.close()
  const result = await backupsResult('backup', context, {
    targets: targets.selected,
    of: (target) => backUp(target, { context, keep }),
    render: renderBackedUp,
  })
  return withFirst(result, first, context)
}

async function backUp(
  target: Target,
  { context, keep }: { context: CommandContext<unknown>; keep: number | undefined },
): Promise<Omit<BackupsOutput, 'name' | 'directory'>> {
  const backups = backupsOf(target, keep)
  const listener = new RunListener(context)
  try {
    const lock = lockFor(target, { context, listener })
    const { signal } = context.terminal
    const onProgress = (progress: BackupProgress) => listener.backup(target, progress)
    const made = await backups.create({ lock, signal, onProgress })
    const removed = await backups.rotate({ lock })
    return { backups: [backupOutput(made)], removed: removed.map(({ id }) => id) }
  } finally {
    listener.close()
  }
}

export const backup: Command = {
  name: 'backup',
  summary: 'Copy each database into a verified backup',
  options: [{ flags: '--keep <n>', description: 'how many backups of each database stay (default 30)' }],
  examples: ['whimbrel backup', 'whimbrel backup --db settings --keep 10'],
  run,
}
