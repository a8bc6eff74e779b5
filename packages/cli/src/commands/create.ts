import { relative } from 'node:path'
import { type Finding, findingOf, MigrateError } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { migrationName, newMigration } from '../new-migration.ts'
import { findTargets } from '../target.ts'
import { theOnly } from '../the-only.ts'
import { writeNewFiles } from '../write-new-files.ts'

async function run({ options, args, settings, terminal }: CommandContext<{ readonly timestamp?: boolean }>) {
  const [title = ''] = args
  const name = migrationName(title)
  const target = theOnly((await findTargets(settings, terminal)).selected, 'create')
  const { entries, problems } = await target.source.list()
  const [problem] = problems
  if (problem !== undefined) throw unsound(problem, problems.map(findingOf))
  const { files } = newMigration({
    name,
    title,
    layout: target.layout,
    timestamp: options.timestamp === true,
    entries,
    now: new Date(),
  })
  const written = writeNewFiles(target.directory, files).map((path) => relative(terminal.cwd, path))
  return {
    output: { ok: true, command: 'create', exitCode: 0, databases: [], files: written },
    text: `${written.join('\n')}\n`,
  }
}

/** A number is not chosen beside a file whose number is unknown. */
function unsound(problem: MigrateError, findings: readonly Finding[]): MigrateError {
  const { code, message, hint, details } = problem
  return new MigrateError(code, `No migration was created: ${message}`, {
    hint,
    details: { ...details, findings },
  })
}

export const create: Command = {
  name: 'create',
  summary: 'Write a new migration file',
  args: '<name>',
  options: [{ flags: '--timestamp', description: 'number it with the UTC time instead of the next number' }],
  examples: [
    'whimbrel create "add user roles" --db settings',
    'whimbrel create add_index --db settings --timestamp',
  ],
  run,
}
