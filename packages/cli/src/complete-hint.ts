import type { Settings } from './settings.ts'

const hinted =
  /"(whimbrel (?:up|down|recover|doctor|backups|backup|status|plan|mark|retry|accept|baseline|validate|check|history|restore|lint|drift)\b[^"]*)"/g

/** Options that lead from any folder to the same databases, as they were given to this call. */
export function placeFlags({ single, manifest, environment }: Settings): string {
  if (single !== undefined) return ` --url ${single.url} --migrations ${single.migrations}`
  const place = manifest === undefined ? '' : ` --manifest ${manifest}`
  return environment === undefined ? place : `${place} --env ${environment}`
}

/** Adds what this call needs to every command of a hint, so that it works when it is copied. */
export function completeHint(hint: string, flags: string): string {
  if (flags === '') return hint
  return hint.replace(hinted, (whole, command: string) =>
    / --(db|url|manifest|env) /.test(`${command} `) ? whole : `"${command}${flagsOf(command, flags)}"`,
  )
}

/** A recovery is about all databases of a run. */
function flagsOf(command: string, flags: string): string {
  return command.startsWith('whimbrel recover') ? flags.replace(/ --db \S+$/, '') : flags
}
