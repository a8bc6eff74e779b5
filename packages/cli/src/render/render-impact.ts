import type { ImpactOutput } from '../output.ts'
import { count, duration, type Style, size, widthOf } from './style.ts'

/** One line of the table: what kind of thing, its name, and what is known of it. */
type Line = readonly [kind: string, name: string, facts: string]

/** What each step would take away, as a table for each. */
export function renderImpact(steps: readonly ImpactOutput[], style: Style): readonly string[] {
  const lines = steps.map(linesOf)
  const kinds = widthOf(lines.flat().map(([kind]) => kind))
  const names = widthOf(lines.flat().map(([, name]) => name))
  return steps.flatMap((step, index) => [
    `  ${style.note} ${headline(step)}`,
    ...(lines[index] ?? []).map(([kind, name, facts]) =>
      `      ${kind.padEnd(kinds)}  ${name.padEnd(names)}  ${style.dim(facts)}`.trimEnd(),
    ),
  ])
}

function headline({ id, lockMs }: ImpactOutput): string {
  return `${id} takes away, while others cannot write for about ${duration(lockMs)}:`
}

function linesOf(step: ImpactOutput): readonly Line[] {
  const { tables, columns, indexes, views, triggers, deletesRows, untried } = step
  return [
    ...tables.map(tableLine),
    ...columns.map(columnLine),
    ...indexes.map(({ name, table }): Line => ['index', name, `on ${table}`]),
    ...views.map(({ name }): Line => ['view', name, '']),
    ...triggers.map(({ name, table }): Line => ['trigger', name, `on ${table}`]),
    ...(deletesRows
      ? [['rows', '', 'it deletes or replaces some: how many is not known before'] as const]
      : []),
    ...(untried === undefined ? [] : [['not tried', '', untried] as const]),
  ]
}

function tableLine({ name, rows, bytes, columns, dependents }: ImpactOutput['tables'][number]): Line {
  const values = columns.map((column) => `${column.name} ${column.values}`).join(', ')
  const facts = [
    count(rows, 'row'),
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...(rows > 0 && values !== '' ? [`values: ${values}`] : []),
    ...neededBy(dependents),
  ]
  return ['table', name, facts.join('; ')]
}

function columnLine({ table, name, rows, values, dependents }: ImpactOutput['columns'][number]): Line {
  const facts = [`${count(values, 'value')} in ${count(rows, 'row')}`, ...neededBy(dependents)]
  return ['column', `${table}.${name}`, facts.join('; ')]
}

function neededBy(dependents: ImpactOutput['tables'][number]['dependents']): readonly string[] {
  if (dependents.length === 0) return []
  return [
    `used by ${dependents.map(({ kind, name }) => `${kind === 'foreign key' ? 'foreign key of' : kind} ${name}`).join(', ')}`,
  ]
}
