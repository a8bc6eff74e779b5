import type { BackupOutput, BackupsOutput } from '../output.ts'
import { type Style, size, time, widthOf } from './style.ts'

/** All backups of each database, oldest first. */
export function renderBackups(databases: readonly BackupsOutput[], style: Style): string {
  return databases.map((database) => renderDatabase(database, style)).join('\n')
}

function renderDatabase({ name, directory, backups, error }: BackupsOutput, style: Style): string {
  if (error !== undefined) return `${style.bold(name)}  ${style.red('cannot be listed')}\n`
  const head = `${style.bold(name)}  ${style.dim(directory)}`
  const empty = backups.length === 0 ? [style.dim('  no backups yet')] : []
  const width = widthOf(backups.map(({ migration }) => migration ?? '-'))
  const lines = backups.map((backup) => renderBackup(backup, { style, width }))
  return `${[head, ...empty, ...lines].join('\n')}\n`
}

function renderBackup(backup: BackupOutput, { style, width }: { style: Style; width: number }): string {
  const { id, createdAt, bytes, migration, reason, state } = backup
  const mark = state === 'complete' ? style.done : style.failed
  const made = createdAt === undefined ? ''.padEnd(20) : time(createdAt)
  const amiss = state === 'complete' ? '' : `  ${style.red(state.replaceAll('-', ' '))}`
  return `  ${mark} ${id}  ${made}  ${size(bytes).padStart(8)}  ${(migration ?? '-').padEnd(width)}  ${style.dim(reason ?? '')}${amiss}`
}

/** What was backed up, with where it is. */
export function renderBackedUp(databases: readonly BackupsOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases
    .map(({ name, backups, removed = [], error }) => {
      const head = style.bold(name.padEnd(width))
      const [backup] = backups
      if (error !== undefined || backup === undefined) return `${head}  ${style.red('not backed up')}\n`
      const gone = removed.length === 0 ? '' : `, ${removed.length} old removed`
      const at = backup.migration == null ? '' : `, at ${backup.migration}`
      const line = `${head}  ${style.green('backed up')}, ${size(backup.bytes)}${at}${gone}`
      return `${line}\n  ${style.done} ${backup.id}  ${style.dim(backup.path)}\n`
    })
    .join('')
}

/** What was restored, and how to take that back. */
export function renderRestored({ name, backups, kept }: BackupsOutput, style: Style): string {
  const [backup] = backups
  if (backup === undefined) return ''
  const at = backup.migration == null ? 'nothing is applied' : `now at ${backup.migration}`
  const head = `${style.bold(name)}  ${style.green('restored')} ${backup.id}, compared with its manifest, ${at}\n`
  if (kept === undefined) return head
  return `${head}  ${style.done} ${kept.id}  ${style.dim('what was there before; "restore" with this id takes it back')}\n`
}
