import type { CheckOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { count, type Style, widthOf } from './style.ts'

/** What came of trying migrations out, database by database. */
export function renderChecks(databases: readonly CheckOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases.map((database) => renderCheck(database, { style, width })).join('')
}

function renderCheck(database: CheckOutput, { style, width }: { style: Style; width: number }): string {
  const { name, migrations, skipped = [], findings } = database
  const lines = [
    `${style.bold(name.padEnd(width))}  ${verdict(database, style)}`,
    ...findings.map((finding) => renderFinding(finding, style)),
    ...migrations.flatMap(({ id, notes }) =>
      notes.map((note) => `  ${style.waiting} ${id} ${style.dim(note)}`),
    ),
    ...skipped.map(({ id, reason }) => `  ${style.waiting} ${id} ${style.dim(`skipped, ${reason}`)}`),
  ]
  return `${lines.join('\n')}\n`
}

function verdict({ error, migrations, findings }: CheckOutput, style: Style): string {
  if (error !== undefined) return style.red('cannot be checked')
  if (migrations.length === 0) return 'no migrations'
  const number = (wanted: string) => migrations.filter(({ outcome }) => outcome === wanted).length
  const [applied, unchecked] = [number('applied'), number('unchecked')]
  const what = [
    `${count(migrations.length, 'migration')}: up, down, up`,
    ...(applied === 0 ? [] : [`${applied} only up`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
  ].join(', ')
  const how = findings.length === 0 ? style.green('fine') : style.yellow(count(findings.length, 'finding'))
  return `${what}: ${how}`
}
