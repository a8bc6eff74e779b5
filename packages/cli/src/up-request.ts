import type { Release, UpReleaseRequest } from '@whimbrel/orchestrator'
import type { OptionSpec } from './command.ts'
import { positiveNumber } from './positive-number.ts'
import { refuseTargetOfMany } from './refuse-target-of-many.ts'
import { refuseTogether } from './refuse-together.ts'
import type { Targets } from './target.ts'

/** Options that say who goes together. */
export interface ReleaseFlags {
  readonly atomic?: boolean
  readonly independent?: boolean
}

/** Options of `up` and `plan` that say which pending migrations are wanted, and who goes together. */
export interface UpFlags extends ReleaseFlags {
  readonly to?: string
  readonly steps?: string
  readonly allowOutOfOrder?: boolean
}

/** Who goes together; over `release` of the manifest. */
export const releaseFlags: readonly OptionSpec[] = [
  { flags: '--atomic', description: 'all databases or none (default)' },
  { flags: '--independent', description: 'each database on its own: a failure keeps the earlier ones' },
]

/** Who goes together as far as options say; undefined where they leave it to the manifest. Throws USAGE. */
export function releaseOf({ atomic, independent }: ReleaseFlags): Release | undefined {
  refuseTogether({ '--atomic': atomic, '--independent': independent })
  if (atomic === true) return 'atomic'
  return independent === true ? 'independent' : undefined
}

/** Understands the options before anything is read; what it returns asks it of the databases of a command. */
export function upRequest(flags: UpFlags): (targets: Targets) => UpReleaseRequest {
  const { to, allowOutOfOrder } = flags
  refuseTogether({ '--steps': flags.steps, '--to': to })
  const release = releaseOf(flags)
  const steps = positiveNumber(flags.steps, '--steps')
  return ({ selected, manifest }) => {
    refuseTargetOfMany({ '--to': to }, selected)
    const databases = selected.map(({ name }) => name)
    return {
      direction: 'up',
      databases,
      release: release ?? manifest?.release,
      to,
      steps,
      allowOutOfOrder,
    }
  }
}
