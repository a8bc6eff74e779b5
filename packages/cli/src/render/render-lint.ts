import type { LintFindingOutput, LintOutput } from '../output.ts'
import { count, type Style, widthOf } from './style.ts'

const levels = ['error', 'warning', 'note'] as const

/** What lint found, database by database and file by file. */
export function renderLint(databases: readonly LintOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases.map((database) => renderDatabase(database, { style, width })).join('')
}

function renderDatabase(database: LintOutput, { style, width }: { style: Style; width: number }): string {
  const head = `${style.bold(database.name.padEnd(width))}  ${verdict(database, style)}`
  const lines = database.findings.flatMap((finding, index) => {
    const before = database.findings[index - 1]
    const isNext = before !== undefined && placeOf(before) === placeOf(finding)
    return [...(isNext ? [] : [`  ${placeOf(finding)}`]), renderFinding(finding, style)]
  })
  return `${[head, ...lines].join('\n')}\n`
}

function placeOf({ file, migration }: LintFindingOutput): string {
  return file ?? migration
}

function verdict({ linted, findings, ignored, error }: LintOutput, style: Style): string {
  if (error !== undefined) return style.red('cannot be looked at')
  const looked = linted.length === 0 ? 'nothing is pending' : count(linted.length, 'migration')
  const aside = ignored === 0 ? '' : style.dim(`, ${ignored} ignored by comments`)
  if (findings.length === 0)
    return `${style.green(linted.length === 0 ? looked : `${looked}, nothing found`)}${aside}`
  const counts = levels.flatMap((level) => {
    const found = findings.filter((finding) => finding.level === level).length
    return found === 0 ? [] : [colourOf(level, style)(count(found, level))]
  })
  return `${counts.join(', ')} in ${looked}${aside}`
}

function renderFinding(
  { code, level, line, message, hint, reference }: LintFindingOutput,
  style: Style,
): string {
  const place = line === undefined ? '' : `line ${line}: `
  return [
    `    ${colourOf(level, style)(level)} ${place}${message}`,
    `      ${style.dim(hint)}`,
    `      ${style.dim(`${code}, see ${reference}`)}`,
  ].join('\n')
}

function colourOf(level: LintFindingOutput['level'], style: Style): (text: string) => string {
  return { error: style.red, warning: style.yellow, note: style.cyan }[level]
}
