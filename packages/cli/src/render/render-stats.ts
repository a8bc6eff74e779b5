import type { StatsOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { count, type Style, size, time, widthOf } from './style.ts'

/** How much each database holds, table by table. */
export function renderStats(databases: readonly StatsOutput[], style: Style): string {
  return databases.map((database) => renderDatabase(database, style)).join('\n')
}

function renderDatabase(database: StatsOutput, style: Style): string {
  const { name, url, exists, error, findings } = database
  const head = `${style.bold(name)}  ${style.dim(url)}`
  if (error !== undefined) return `${head}  ${style.red('cannot be read')}\n`
  const backup = `  last backup  ${backupOf(database, style)}`
  if (!exists) return `${head}  does not exist yet\n${backup}\n`
  const lines = [
    head,
    ...renderTables(database, style),
    ...renderFile(database),
    `  integrity    ${integrityOf(database, style)}`,
    backup,
    ...findings.map((finding) => renderFinding(finding, style)),
  ]
  return `${lines.join('\n')}\n`
}

function renderTables({ tables }: StatsOutput, style: Style): readonly string[] {
  const width = widthOf(tables.map(({ name }) => name))
  const numbers = tables.map(({ rows }) => (rows === undefined ? 'rows unknown' : count(rows, 'row')))
  const room = widthOf(numbers)
  return tables.map(({ name, sizeBytes }, index) => {
    const bytes = sizeBytes === undefined ? '' : `  ${style.dim(size(sizeBytes))}`
    return `  ${name.padEnd(width)}  ${(numbers[index] ?? '').padStart(room)}${bytes}`
  })
}

function renderFile({ sizeBytes, pages, pageSize, freePages = 0 }: StatsOutput): readonly string[] {
  if (sizeBytes === undefined || pages === undefined || pageSize === undefined) return []
  const free = freePages === 0 ? '' : `, ${freePages} of them free`
  return [`  size         ${size(sizeBytes)}: ${count(pages, 'page')} of ${pageSize} bytes${free}`]
}

function integrityOf({ integrity, findings }: StatsOutput, style: Style): string {
  if (integrity === 'ok') return style.green('ok')
  return integrity === 'broken' ? style.red(count(findings.length, 'problem')) : style.dim('not checked')
}

function backupOf({ lastBackup }: StatsOutput, style: Style): string {
  if (lastBackup === null) return style.dim('none')
  return `${time(lastBackup.createdAt)}  ${style.dim(`${lastBackup.id}, ${size(lastBackup.sizeBytes)}`)}`
}
