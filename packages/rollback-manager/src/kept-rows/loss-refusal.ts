import { MigrateError, type Step } from '@whimbrel/core'
import { type Impact, losesData } from '../impact/impact.ts'

/** How many steps a message names; the impact in its details has all. */
const NAMED = 6

/** Refuses a run that would lose data, with everything that would be lost. */
export function lossRefusal(impact: Impact): MigrateError {
  const losing = impact.steps.filter(losesData)
  const losses = losing.map(({ id, tables, columns }) => {
    const what = [
      ...tables.flatMap(({ name, rows }) =>
        rows === 0 ? [] : [`${rows} ${plural('row', rows)} of ${name}`],
      ),
      ...columns.flatMap(({ table, name, values }) =>
        values === 0 ? [] : [`${values} ${plural('value', values)} of ${table}.${name}`],
      ),
    ]
    return `${id} would take away ${what.join(', ')}`
  })
  const unnamed = losses.length - NAMED
  const more =
    unnamed > 0 ? [`and ${unnamed} more ${unnamed === 1 ? 'step loses' : 'steps lose'} something`] : []
  return new MigrateError('CONSENT_REQUIRED', [...losses.slice(0, NAMED), ...more].join('; '), {
    hint: 'Look at it with --dry-run, then add --allow-data-loss: what goes is kept in a file first',
    details: { migration: losing[0]?.id, impact: { steps: impact.steps } },
  })
}

/** Refuses a step in the middle of a run: since the run began there is something to lose. */
export function rowsAppeared({ id }: Step, words: readonly string[]): MigrateError {
  return new MigrateError(
    'CONSENT_REQUIRED',
    `${id} would take away ${words.join(', ')}, which appeared since the run began`,
    {
      hint: 'Look at it with --dry-run, then add --allow-data-loss: what goes is kept in a file first',
      details: { migration: id },
    },
  )
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`
}
