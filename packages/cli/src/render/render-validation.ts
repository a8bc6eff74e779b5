import type { StatusOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { count, type Style, widthOf } from './style.ts'

/** What differs between files and records, database by database. */
export function renderValidation(databases: readonly StatusOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases.map((database) => renderDatabase(database, { style, width })).join('')
}

function renderDatabase(database: StatusOutput, { style, width }: { style: Style; width: number }): string {
  const head = `${style.bold(database.name.padEnd(width))}  ${verdict(database, style)}`
  const lines = database.findings.map((finding) => renderFinding(finding, style))
  return `${[head, ...lines].join('\n')}\n`
}

function verdict({ error, reachable, findings, applied }: StatusOutput, style: Style): string {
  if (error !== undefined) return style.red(reachable ? 'its migrations cannot be read' : 'cannot be read')
  if (findings.length > 0) return style.yellow(count(findings.length, 'finding'))
  if (applied.length === 0) return style.green('nothing is applied, nothing found')
  return style.green(`${count(applied.length, 'applied migration')}, all as recorded`)
}
