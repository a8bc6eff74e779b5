import type { Command, CommandContext } from '../command.ts'
import { inspectDatabases } from '../inspect-databases.ts'
import { renderStatus } from '../render/render-status.ts'
import { styleOf } from '../render/style.ts'
import { findTargets } from '../target.ts'

async function run({
  options,
  settings,
  terminal,
  commandLine,
}: CommandContext<{ readonly check?: boolean }>) {
  const targets = await findTargets(settings, terminal)
  const inspected = await inspectDatabases({ targets, terminal, commandLine })
  const databases = inspected.map(({ output }) => output)
  const open = databases.some(({ pending, findings }) => pending.length + findings.length > 0)
  const failed = inspected.find(({ error }) => error !== undefined)?.error
  const exitCode = failed?.exitCode ?? (options.check === true && open ? 3 : 0)
  return {
    output: { ok: exitCode === 0, command: 'status', exitCode, databases },
    text: renderStatus(databases, styleOf(terminal.color)),
  }
}

export const status: Command = {
  name: 'status',
  summary: 'Show where each database stands',
  options: [{ flags: '--check', description: 'exit 3 if anything is pending or found' }],
  examples: ['whimbrel status', 'whimbrel status --db settings --json', 'whimbrel status --check'],
  run,
}
