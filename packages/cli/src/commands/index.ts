import type { Command } from '../command.ts'
import { accept } from './accept.ts'
import { backup } from './backup.ts'
import { backups } from './backups.ts'
import { baseline } from './baseline.ts'
import { bundle } from './bundle.ts'
import { check } from './check.ts'
import { create } from './create.ts'
import { doctor } from './doctor.ts'
import { down } from './down.ts'
import { drift } from './drift.ts'
import { history } from './history.ts'
import { init } from './init.ts'
import { lint } from './lint.ts'
import { mark } from './mark.ts'
import { plan } from './plan.ts'
import { recover } from './recover.ts'
import { restore } from './restore.ts'
import { retry } from './retry.ts'
import { stats } from './stats.ts'
import { status } from './status.ts'
import { up } from './up.ts'
import { validate } from './validate.ts'

/** Every verb of the command line, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  down,
  status,
  plan,
  history,
  validate,
  lint,
  check,
  drift,
  backup,
  backups,
  restore,
  stats,
  doctor,
  create,
  bundle,
  init,
  retry,
  mark,
  accept,
  baseline,
  recover,
]
