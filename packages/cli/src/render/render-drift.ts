import type { DifferenceOutput, DriftOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { count, type Style, widthOf } from './style.ts'

/** How each database differs from what its migrations give. */
export function renderDrift(databases: readonly DriftOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases.map((database) => renderDatabase(database, { style, width })).join('')
}

function renderDatabase(database: DriftOutput, { style, width }: { style: Style; width: number }): string {
  const { name, differences, findings } = database
  const reasons = findings.filter(({ code }) => code !== 'DRIFT')
  const hints = findings.filter(({ code }) => code === 'DRIFT').map(({ hint }) => `    ${style.dim(hint)}`)
  const lines = [
    `${style.bold(name.padEnd(width))}  ${verdict(database, style)}`,
    ...reasons.map((finding) => renderFinding(finding, style)),
    ...differences.flatMap((difference) => renderDifference(difference, style)),
    ...hints,
  ]
  return `${lines.join('\n')}\n`
}

function verdict(database: DriftOutput, style: Style): string {
  const { exists, error, migrations, differences, ignored, complete } = database
  if (error !== undefined) return style.red('cannot be compared')
  if (!exists) return 'does not exist yet'
  const notes = [
    ...(complete ? [] : [style.yellow('the comparison is incomplete')]),
    ...(ignored > 0 ? [style.dim(`${ignored} ignored`)] : []),
  ]
  const found =
    differences.length === 0 ? style.green(asGiven(migrations)) : style.yellow(otherwise(database))
  return [found, ...notes].join('; ')
}

function asGiven(migrations: number): string {
  if (migrations === 0) return 'no migration is applied, and there is nothing'
  return `as ${count(migrations, 'migration')} made it`
}

function otherwise({ migrations, differences }: DriftOutput): string {
  const places = count(differences.length, 'difference')
  if (migrations === 0) return `${places}: no migration is applied, and it is not empty`
  return `${places} from what ${count(migrations, 'migration')} give`
}

function renderDifference(difference: DifferenceOutput, style: Style): readonly string[] {
  const { change, kind, name, table, migrationsGive = '', databaseHas = '' } = difference
  const called = kind === 'column' ? `${table}.${name}` : `${name}${ownerOf(difference)}`
  const head = (mark: string, words: string) => `  ${mark} ${kind} ${called}  ${style.dim(words)}`
  if (change === 'added')
    return [head(style.green('+'), 'only the database has it'), ...indented(databaseHas, '      ')]
  if (change === 'removed')
    return [head(style.red('-'), 'only the migrations give it'), ...indented(migrationsGive, '      ')]
  return [
    head(style.yellow('~'), 'changed'),
    ...side('the migrations give', migrationsGive),
    ...side('the database has', databaseHas),
  ]
}

function ownerOf({ kind, table }: DifferenceOutput): string {
  if (kind === 'constraint') return ` of ${table}`
  return ['index', 'trigger', 'policy', 'rule'].includes(kind) ? ` on ${table}` : ''
}

/** On the line of its label, or below it where it is longer than one. */
function side(label: string, sql: string): readonly string[] {
  if (!sql.includes('\n')) return [`      ${label.padEnd(19)}  ${sql}`]
  return [`      ${label}`, ...indented(sql, '        ')]
}

function indented(sql: string, by: string): readonly string[] {
  return sql.split('\n').map((line) => by + line.trimEnd())
}
