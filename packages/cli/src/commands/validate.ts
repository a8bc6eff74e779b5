import type { Command, CommandContext } from '../command.ts'
import { inspectDatabases } from '../inspect-databases.ts'
import { inspectionResult } from '../inspection-result.ts'
import { isAmiss } from '../is-amiss.ts'
import { renderValidation } from '../render/render-validation.ts'
import { styleOf } from '../render/style.ts'
import { findTargets } from '../target.ts'
import { unfinishedFindings } from '../unfinished-findings.ts'

async function run(context: CommandContext<unknown>) {
  const { settings, terminal } = context
  const targets = await findTargets(settings, terminal)
  const inspected = await inspectDatabases({ targets, context })
  const findings = await unfinishedFindings(targets, settings)
  const style = styleOf(terminal.color)
  return inspectionResult('validate', context, {
    inspected,
    findings,
    isAmiss: ({ findings }) => isAmiss(findings),
    render: (databases) => renderValidation(databases, style),
  })
}

export const validate: Command = {
  name: 'validate',
  summary: 'Compare files with records and report every difference',
  options: [],
  examples: ['whimbrel validate', 'whimbrel validate --db settings --json'],
  run,
}
