import type { Command, CommandContext } from '../command.ts'
import { inspectDatabases } from '../inspect-databases.ts'
import { inspectionResult } from '../inspection-result.ts'
import { isAmiss } from '../is-amiss.ts'
import type { StatusOutput } from '../output.ts'
import { renderStatus } from '../render/render-status.ts'
import { styleOf } from '../render/style.ts'
import { findTargets } from '../target.ts'
import { unfinishedFindings } from '../unfinished-findings.ts'

async function run(context: CommandContext<{ readonly check?: boolean }>) {
  const { options, settings, terminal } = context
  const targets = await findTargets(settings, terminal)
  const inspected = await inspectDatabases({ targets, context })
  const findings = await unfinishedFindings(targets, settings)
  const style = styleOf(terminal.color)
  return inspectionResult('status', context, {
    inspected,
    findings,
    areFindingsAmiss: options.check === true,
    isAmiss: (database) => options.check === true && isOpen(database),
    render: (databases) => renderStatus(databases, style),
  })
}

function isOpen({ pending, findings }: StatusOutput): boolean {
  return pending.length > 0 || isAmiss(findings)
}

export const status: Command = {
  name: 'status',
  summary: 'Show where each database stands',
  options: [{ flags: '--check', description: 'exit 3 if anything is pending or found' }],
  examples: ['whimbrel status', 'whimbrel status --db settings --json', 'whimbrel status --check'],
  run,
}
