import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { releasePlanFile } from '@whimbrel/orchestrator'
import type { CommandContext, CommandResult } from './command.ts'
import type { ReleasePreviewed } from './run-release.ts'
import { writeNewFiles } from './write-new-files.ts'

/** Writes what was planned to a new file, for `--plan`; nothing where the plan was refused. */
export function writePlan(
  path: string,
  {
    result,
    planned,
    context,
  }: {
    readonly result: CommandResult
    readonly planned: ReleasePreviewed
    readonly context: CommandContext<unknown>
  },
): CommandResult {
  const { request, preview } = planned
  if (preview === undefined || request.direction === 'planned' || !result.output.ok) return result
  const { settings, terminal } = context
  const { plan, states: databases } = preview
  if (existsSync(resolve(terminal.cwd, path))) throw isThere(path)
  const file = releasePlanFile(plan, { request, databases, environment: settings.environment })
  const text = `${JSON.stringify(file, null, 2)}\n`
  const files = writeNewFiles(terminal.cwd, [{ path, text }]).map((written) =>
    relative(terminal.cwd, written),
  )
  return {
    ...result,
    output: { ...result.output, files },
    text: `${result.text}Written to ${files.join('')}\n`,
  }
}

/** A plan that somebody may have agreed to is not replaced by another one. */
function isThere(path: string): MigrateError {
  return new MigrateError('FILE_EXISTS', `${path} exists already`, {
    hint: 'Choose another name, or remove the file that is there',
    details: { file: path },
  })
}
