import { MigrateError } from '@whimbrel/core'
import type { CommandContext } from './command.ts'
import type { Targets } from './target.ts'

/** Refuses what can lose data in an environment that the manifest marks protected, until somebody says --yes. */
export function requireConsent(
  { manifest, selected }: Targets,
  { options }: Pick<CommandContext<unknown>, 'options'>,
  command: string,
): void {
  if (manifest?.protected !== true || (options as { yes?: boolean }).yes === true) return
  const names = selected.map(({ name }) => name).join(', ')
  throw new MigrateError(
    'CONSENT_REQUIRED',
    `The environment ${manifest.environment} is protected, and ${command} can lose data of ${names}`,
    {
      hint: `Look with "whimbrel status" and --dry-run first, then add --yes`,
      details: { environment: manifest.environment },
    },
  )
}
