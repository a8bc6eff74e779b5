import type { HistoryEntry } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { errorOutput, toMigrateError } from '../describe-error.ts'
import type { HistoryOutput } from '../output.ts'
import { positiveNumber } from '../positive-number.ts'
import { redactText } from '../redact-text.ts'
import { renderError } from '../render/render-error.ts'
import { renderHistory } from '../render/render-history.ts'
import { styleOf } from '../render/style.ts'
import { findTargets, type Target } from '../target.ts'

async function run({ options, settings, terminal }: CommandContext<{ readonly limit?: string }>) {
  const limit = positiveNumber(options.limit, '--limit') ?? 20
  const { selected } = await findTargets(settings, terminal)
  const style = styleOf(terminal.color)
  const databases: HistoryOutput[] = []
  let exitCode = 0
  let errorText = ''
  for (const target of selected) {
    try {
      databases.push({ name: target.name, entries: (await entriesOf(target, limit)).map(entryOutput) })
    } catch (thrown) {
      const error = toMigrateError(thrown)
      databases.push({ name: target.name, entries: [], error: errorOutput(error) })
      exitCode ||= error.exitCode
      errorText += renderError(error, { style, database: target.name })
    }
  }
  const output = { ok: exitCode === 0, command: 'history', exitCode, databases }
  return { output, text: renderHistory(databases, style), errorText }
}

async function entriesOf({ driver, tracker }: Target, limit: number): Promise<readonly HistoryEntry[]> {
  if (!(await driver.exists())) return []
  const session = await driver.session('read')
  try {
    return await tracker.history(session, { limit })
  } finally {
    await session.close()
  }
}

function entryOutput(entry: HistoryEntry): HistoryOutput['entries'][number] {
  const { id, action, outcome, startedAt, durationMs, runId, by } = entry
  const reason = entry.reason === null ? {} : { reason: redactText(entry.reason) }
  const backup = entry.backup === undefined ? {} : { backup: entry.backup }
  return { id, action, outcome, startedAt, durationMs, ...reason, ...backup, runId, by }
}

export const history: Command = {
  name: 'history',
  summary: 'Show what happened, newest first',
  options: [{ flags: '--limit <n>', description: 'how many attempts of each database (default 20)' }],
  examples: ['whimbrel history --db settings', 'whimbrel history --limit 5 --json'],
  run,
}
