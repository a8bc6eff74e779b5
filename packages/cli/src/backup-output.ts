import type { Backup } from '@whimbrel/rollback-manager'
import type { CommandContext, CommandResult } from './command.ts'
import { completeError } from './complete-error.ts'
import { errorOutput, toMigrateError } from './describe-error.ts'
import type { BackupOutput, BackupsOutput } from './output.ts'
import { renderError } from './render/render-error.ts'
import { type Style, styleOf } from './render/style.ts'
import type { Target } from './target.ts'

/** A backup as commands tell of it. */
export function backupOutput({ id, path, bytes, state, manifest }: Backup): BackupOutput {
  if (manifest === undefined) return { id, path, bytes, state }
  const { createdAt, migration, reason, runId } = manifest
  return { id, path, bytes, state, createdAt, migration, reason, ...(runId !== null && { runId }) }
}

interface Work {
  /** What one database has to say, without its name. */
  readonly of: (target: Target) => Promise<Omit<BackupsOutput, 'name' | 'directory'>>
  readonly render: (databases: readonly BackupsOutput[], style: Style) => string
}

/** Does something about the backups of each database; one that fails does not keep the others from it. */
export async function backupsResult(
  command: string,
  { settings, terminal }: Pick<CommandContext<unknown>, 'settings' | 'terminal'>,
  { targets, of, render }: Work & { readonly targets: readonly Target[] },
): Promise<CommandResult> {
  const style = styleOf(terminal.color)
  const databases: BackupsOutput[] = []
  let exitCode = 0
  let errorText = ''
  for (const target of targets) {
    const { name } = target
    const directory = target.backup.directory
    try {
      databases.push({ name, directory, ...(await of(target)) })
    } catch (thrown) {
      const error = completeError(toMigrateError(thrown), target.flags)
      databases.push({ name, directory, backups: [], error: errorOutput(error) })
      exitCode ||= error.exitCode
      errorText += renderError(error, { style, database: name })
    }
  }
  const shown = settings.quiet ? databases.filter(({ error }) => error !== undefined) : databases
  const output = { ok: exitCode === 0, command, exitCode, databases }
  return { output, text: render(shown, style), errorText }
}
