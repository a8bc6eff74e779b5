import type { FindingOutput, RunOutput, StepOutput } from '../output.ts'
import { renderImpact } from './render-impact.ts'
import { count, duration, type Style, widthOf } from './style.ts'

/** What happened to each database, or would happen, for people. */
export function renderRuns(databases: readonly RunOutput[], style: Style): string {
  const width = widthOf(databases.map(({ name }) => name))
  return databases.map((database) => renderRun(database, { style, width })).join('')
}

function renderRun(database: RunOutput, { style, width }: { style: Style; width: number }): string {
  const head = `${style.bold(database.name.padEnd(width))}  ${headline(database, style)}`
  const ids = widthOf(database.steps.map(({ id }) => id))
  const late = new Set(database.steps.filter(({ id }) => isLate(database, id)).map(({ id }) => id))
  const lines = [
    head,
    ...database.steps.map((step) => renderStep(step, { style, width: ids, late: late.has(step.id) })),
    ...standing(database.steps).map((line) => style.dim(line)),
    ...renderImpact(database.impact ?? [], style),
    ...(database.skipped ?? []).map(
      ({ id, reason }) => `  ${style.waiting} ${id} ${style.dim(`skipped, ${reason}`)}`,
    ),
    ...(database.backup === undefined ? [] : [`  ${style.done} ${style.dim(`backup ${database.backup}`)}`]),
    ...noteworthy(database, late).map((finding) => renderFinding(finding, style)),
  ]
  return `${lines.join('\n')}\n`
}

/** Asked for with --allow-out-of-order: a remark at the step says enough. */
function isLate({ findings = [] }: RunOutput, id: string): boolean {
  return findings.some(({ code, migration }) => code === 'OUT_OF_ORDER' && migration === id)
}

/** What ended the run is told on stderr, with everything behind it. */
function noteworthy(
  { findings = [], error }: RunOutput,
  late: ReadonlySet<string>,
): readonly FindingOutput[] {
  if (error !== undefined) return []
  return findings.filter(({ code, migration = '' }) => code !== 'OUT_OF_ORDER' || !late.has(migration))
}

function headline({ outcome, before, after, steps, error }: RunOutput, style: Style): string {
  const done = steps.filter((step) => step.outcome === 'applied' || step.outcome === 'reverted').length
  const at = after === null ? 'nothing is applied' : `now at ${after}`
  switch (outcome) {
    case 'migrated':
      return `${style.green(`${done} applied`)}, ${at}`
    case 'rolled-back':
      return `${style.green(`${done} rolled back`)}, ${at}`
    case 'up-to-date':
      return `nothing to do${after === null ? '' : `, at ${after}`}`
    case 'planned':
      return `${count(steps.length, 'migration')} to ${steps[0]?.direction === 'down' ? 'roll back' : 'apply'}, ${before ?? 'nothing'} → ${after ?? 'nothing'}`
    case 'not-started':
      return style.dim('not started')
    case 'skipped':
      return style.dim('skipped')
    case 'undone':
      if (error === undefined)
        return `undone with the others, ${before === null ? 'nothing is applied' : `still at ${before}`}`
      return `${style.red('failed')}, everything was undone, ${before === null ? 'nothing is applied' : `still at ${before}`}`
    case 'failed':
      return `${style.red('failed')}${failedWith(steps, { done, at })}`
  }
}

function failedWith(steps: readonly StepOutput[], { done, at }: { done: number; at: string }): string {
  if (steps.length === 0) return ', nothing was run'
  return done === 0
    ? `, ${at.replace('now', 'still')}`
    : ` after ${done} of ${count(steps.length, 'migration')}, ${at}`
}

function renderStep(
  step: StepOutput,
  { style, width, late }: { style: Style; width: number; late: boolean },
): string {
  const words = [
    ...(step.outcome === 'undone' || step.outcome === 'not-run' ? [step.outcome.replace('-', ' ')] : []),
    ...(step.durationMs === undefined || step.outcome === 'undone' ? [] : [duration(step.durationMs)]),
    ...(late ? ['out of order'] : []),
    ...(step.transactional === false ? [statementByStatement(step)] : []),
  ]
  const line = `  ${markOf(step.outcome, style)} ${step.id.padEnd(width)}  ${style.dim(words.join(', '))}`
  // Not indented, so that a text over several lines stays what it is.
  const sql = (step.sql ?? []).map((statement) => `\n${statement};`)
  return (words.length === 0 ? `  ${markOf(step.outcome, style)} ${step.id}` : line) + sql.join('')
}

function statementByStatement({ commits }: StepOutput): string {
  return commits === undefined
    ? 'statement by statement, outside a transaction'
    : `statement by statement: ${commits} commits at once`
}

/** What nobody can undo as a whole is said beforehand. */
function standing(steps: readonly StepOutput[]): readonly string[] {
  const alone = steps.filter(({ transactional }) => transactional === false).length
  if (alone === 0) return []
  const which = alone === 1 && steps.length === 1 ? 'It' : `${alone} of ${steps.length}`
  return [
    `  ${which} cannot be undone as a whole: if a statement fails, those before it stand, and "whimbrel retry" goes on from there.`,
  ]
}

function markOf(outcome: StepOutput['outcome'], style: Style): string {
  if (outcome === 'applied' || outcome === 'reverted') return style.done
  if (outcome === 'failed') return style.failed
  return outcome === 'undone' ? style.undone : style.waiting
}

/** One finding with what to do about it. */
export function renderFinding(finding: FindingOutput, style: Style): string {
  return `  ${style.note} ${placeOf(finding)}${finding.message}\n    ${style.dim(finding.hint)}`
}

/** Where it is, for findings that do not say so themselves. */
function placeOf({ message, migration = '', file = migration, line }: FindingOutput): string {
  if (file === '' || message.includes(file) || (migration !== '' && message.includes(migration))) return ''
  return line === undefined ? `${file}: ` : `${file}, line ${line}: `
}
