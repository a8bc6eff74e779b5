import type { RecoveryOutput } from '../output.ts'
import { renderFinding } from './render-run.ts'
import { enumerate, type Style, widthOf } from './style.ts'
import { withEngines } from './with-engines.ts'

/** What was done to interrupted runs, database by database. */
export function renderRecovery(recovered: readonly RecoveryOutput[], style: Style): string {
  return recovered.map((run) => renderRun(run, style)).join('')
}

/** How one run was brought to its end, as a sentence without a full stop. */
export function describeRecovery({ by, startedAt, outcome, reason, databases }: RecoveryOutput): string {
  const engines = Object.fromEntries(databases.map(({ name, engine }) => [name, engine]))
  const named = withEngines(
    databases.map(({ name }) => name),
    engines,
  )
  const names = enumerate(named)
  const why = reason === undefined ? '' : `, because ${reason}`
  const isPart = outcome === 'finished' && databases.some((each) => each.outcome === 'unknown')
  const end = isPart ? partly : ends[outcome]
  return `The run of ${by} over ${names}, begun at ${startedAt}, had been interrupted: ${end}${why}`
}

const ends: Readonly<Record<RecoveryOutput['outcome'], string>> = {
  finished: 'it is finished now, and all of them are at the new state',
  'taken-back': 'it was taken back, and all of them are as they were before it',
  undecided: 'it had not decided anything yet, and all of them are as they were before it',
}

const partly = 'those that are in this manifest are at the new state, and the others are left to theirs'

function renderRun(run: RecoveryOutput, style: Style): string {
  const width = widthOf(run.databases.map(({ name }) => name))
  const lines = run.databases.map((database) => {
    const what = whatOf(database)
    const line = `  ${markOf(database, style)} ${style.bold(database.name.padEnd(width))}  ${what}`
    const findings = (database.findings ?? []).map((finding) => renderFinding(finding, style))
    return [line, ...findings].join('\n')
  })
  return `${[describeRecovery(run), ...lines].join('\n')}\n`
}

function whatOf({ outcome, steps, restored, kept, note }: RecoveryOutput['databases'][number]): string {
  const ids = steps.join(', ')
  const saved = kept === undefined ? '' : `; what was there before is kept in ${kept}`
  const remark = `${saved}${note === undefined ? '' : `. ${note}`}`
  switch (outcome) {
    case 'kept':
      return `had it already${remark}`
    case 'finished':
      return `applied now: ${ids}${remark}`
    case 'taken-back':
      return restored === undefined ? `taken back: ${ids}${remark}` : `restored from ${restored}${remark}`
    case 'untouched':
      return `nothing of it was there${remark}`
    case 'unknown':
      return `not in this manifest: a command that knows it brings it to the same state${remark}`
  }
}

function markOf({ outcome }: RecoveryOutput['databases'][number], style: Style): string {
  if (outcome === 'unknown') return style.note
  if (outcome === 'untouched') return style.waiting
  return outcome === 'taken-back' ? style.undone : style.done
}
