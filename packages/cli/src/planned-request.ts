import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { type PlannedReleaseRequest, type ReleasePlanFile, readReleasePlan } from '@whimbrel/orchestrator'
import type { CommandContext } from './command.ts'
import { refuseTogether } from './refuse-together.ts'
import { findTargets, type Targets } from './target.ts'

/** A request to do exactly what a file says, and the databases it is about. */
export interface Planned {
  readonly request: PlannedReleaseRequest
  readonly targets: Targets
}

export interface PlannedOptions {
  /** What the command does: a plan for the other direction is refused. */
  readonly direction: 'up' | 'down'
  /** Options that choose something, by name: the file has chosen already. */
  readonly others: Readonly<Record<string, unknown>>
}

/** Reads what `--out` wrote. Throws USAGE for a file that is none, or is for something else. */
export async function plannedRequest(
  path: string,
  { settings, terminal }: CommandContext<unknown>,
  { direction, others }: PlannedOptions,
): Promise<Planned> {
  for (const [name, value] of Object.entries({ ...others, '--db': settings.databases[0] })) {
    refuseTogether({ '--plan': path, [name]: value })
  }
  const file = readReleasePlan(textOf(path, resolve(terminal.cwd, path)), path)
  if (file.direction !== direction) throw otherDirection(path, file)
  const names = file.databases.map(({ name }) => name)
  const targets = await findTargets({ ...settings, databases: names }, terminal)
  const other = targets.selected.find(({ name }) => !names.includes(name))
  if (other !== undefined) throw notPlanned(other.name)
  return { request: { direction: 'planned', file }, targets }
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new MigrateError(
      'USAGE',
      `${path}, which --plan names, cannot be read: ${(cause as Error).message}`,
      {
        hint: 'Give --plan a file that "whimbrel plan --out FILE" wrote, or "whimbrel down --dry-run --out FILE"',
        details: { file: path },
        cause,
      },
    )
  }
}

function otherDirection(path: string, { direction }: ReleasePlanFile): MigrateError {
  const does = direction === 'up' ? 'applies migrations' : 'rolls migrations back'
  return new MigrateError('USAGE', `The plan in ${path} ${does}`, {
    hint: `Carry it out with "whimbrel ${direction} --plan ${path}"`,
  })
}

function notPlanned(name: string): MigrateError {
  return new MigrateError('USAGE', `The plan is not about ${name}`, {
    hint: 'Give the url and the migrations that the plan was made for',
  })
}
