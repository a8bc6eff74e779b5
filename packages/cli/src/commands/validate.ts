import type { Command, CommandContext } from '../command.ts'
import { inspectDatabases } from '../inspect-databases.ts'
import type { StatusOutput } from '../output.ts'
import { renderFinding } from '../render/render-run.ts'
import { count, type Style, styleOf } from '../render/style.ts'
import { findTargets } from '../target.ts'

async function run({ settings, terminal, commandLine }: CommandContext<unknown>) {
  const targets = await findTargets(settings, terminal)
  const inspected = await inspectDatabases({ targets, terminal, commandLine })
  const databases = inspected.map(({ output }) => output)
  const found = databases.some(({ findings }) => findings.length > 0)
  const failed = inspected.find(({ error }) => error !== undefined)?.error
  const exitCode = failed?.exitCode ?? (found ? 3 : 0)
  const style = styleOf(terminal.color)
  return {
    output: { ok: exitCode === 0, command: 'validate', exitCode, databases },
    text: databases.map((database) => renderDatabase(database, style)).join(''),
  }
}

function renderDatabase({ name, findings, applied, error }: StatusOutput, style: Style): string {
  const all = error === undefined ? findings : [error]
  const verdict =
    all.length === 0
      ? style.green(`${count(applied.length, 'applied migration')} as recorded, nothing found`)
      : style.yellow(count(all.length, 'finding'))
  return `${[`${style.bold(name)}  ${verdict}`, ...all.map((finding) => renderFinding(finding, style))].join('\n')}\n`
}

export const validate: Command = {
  name: 'validate',
  summary: 'Compare files with records and report every difference',
  options: [],
  examples: ['whimbrel validate', 'whimbrel validate --db settings --json'],
  run,
}
