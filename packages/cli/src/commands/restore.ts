import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Backup, type Backups, backupAt } from '@whimbrel/rollback-manager'
import { backupOutput } from '../backup-output.ts'
import { backupsOf, lockFor } from '../backups-of.ts'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { completeError } from '../complete-error.ts'
import { Consent } from '../consent.ts'
import { toMigrateError } from '../describe-error.ts'
import type { BackupsOutput } from '../output.ts'
import { type RecoveredFirst, recoverFirst, recoverWhereItGoes, withFirst } from '../recover-first.ts'
import { renderRestored } from '../render/render-backups.ts'
import { styleOf } from '../render/style.ts'
import { isKeptFile, returnKept } from '../return-kept.ts'
import { RunListener } from '../run-listener.ts'
import { findTargets, type Target, type Targets } from '../target.ts'
import { theOnly } from '../the-only.ts'

/** Commander's way to say it: true unless `--no-backup` was given. */
interface Options {
  readonly backup?: boolean
}

async function run(context: CommandContext<Options>) {
  const { args, settings, terminal } = context
  const [query = ''] = args
  const targets = await findTargets(settings, terminal)
  const target = theOnly(targets.selected, 'restore')
  const consent = new Consent('restore', targets, context)
  const restoring = async () => {
    await consent.ahead(target)
    const first = await recoveredBefore(query, { targets, context })
    const restored = isKeptFile(query)
      ? await returnKept(resolve(terminal.cwd, query), { target, targets, consent, context })
      : await restoreBackup(query, { target, context })
    return withFirst(restored, first, context)
  }
  return restoring().catch((error: unknown) => {
    throw completeError(toMigrateError(error), target.flags)
  })
}

/** A backup may be what brings a database of an interrupted run back; kept rows are none. */
async function recoveredBefore(
  query: string,
  { targets, context }: { readonly targets: Targets; readonly context: CommandContext<Options> },
): Promise<RecoveredFirst> {
  const listener = new RunListener(context)
  const settings = { targets, context, listener }
  try {
    if (!isKeptFile(query)) return await recoverWhereItGoes(settings)
    return { recovered: await recoverFirst(settings), findings: [] }
  } finally {
    listener.close()
  }
}

async function restoreBackup(
  query: string,
  { target, context }: { target: Target; context: CommandContext<Options> },
): Promise<CommandResult> {
  const { options, terminal } = context
  const backups = backupsOf(target)
  const found = await findBackup(query, { backups, cwd: terminal.cwd })
  const listener = new RunListener(context)
  try {
    const { backup, kept } = await backups.restore(found, {
      lock: lockFor(target, { context, listener }),
      signal: terminal.signal,
      keepPresent: options.backup !== false,
      onProgress: (progress) => listener.backup(target, progress),
    })
    const database: BackupsOutput = {
      name: target.name,
      directory: backups.directory,
      backups: [backupOutput(backup)],
      ...(kept !== undefined && { kept: backupOutput(kept) }),
    }
    const output = { ok: true, command: 'restore', exitCode: 0, databases: [database] }
    return { output, text: renderRestored(database, styleOf(terminal.color)) }
  } finally {
    listener.close()
  }
}

/** An id of a backup in its folder, or a file anywhere. Throws BACKUP_UNKNOWN. */
function findBackup(query: string, { backups, cwd }: { backups: Backups; cwd: string }): Promise<Backup> {
  const path = resolve(cwd, query)
  const isFile = /[\\/]|\.backup(\.json)?$/.test(query) && (existsSync(path) || existsSync(`${path}.json`))
  return isFile ? backupAt(path) : backups.find(query)
}

export const restore: Command = {
  name: 'restore',
  summary: 'Put a backup in the place of a database, or bring kept rows back',
  args: '<backup|file>',
  options: [{ flags: '--no-backup', description: 'do not back up first what is there now' }],
  examples: ['whimbrel restore latest --db settings'],
  run,
}
