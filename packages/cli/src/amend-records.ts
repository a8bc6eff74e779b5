import type { Amendment } from '@whimbrel/core'
import type { CommandContext, CommandResult } from './command.ts'
import { completeError } from './complete-error.ts'
import { Consent } from './consent.ts'
import { toMigrateError } from './describe-error.ts'
import { runnersOf } from './migration-runners.ts'
import { recoveredPart, recoverFirst } from './recover-first.ts'
import { RunListener } from './run-listener.ts'
import { findTargets, type Target } from './target.ts'
import { theOnly } from './the-only.ts'

/** One change of a record, as people decided it. */
export interface RecordChange {
  readonly id: string
  /** `recorded as applied`, for instance. */
  readonly change: string
}

/** Lets somebody decide about records of the one selected database, and prints what was changed. */
export async function amendRecords(
  command: string,
  context: CommandContext<unknown>,
  decide: (target: Target, amendment: Amendment) => Promise<readonly RecordChange[]>,
): Promise<CommandResult> {
  const { settings, terminal } = context
  const targets = await findTargets(settings, terminal)
  const target = theOnly(targets.selected, command)
  const consent = new Consent(command, targets, context)
  const listener = new RunListener(context)
  const recovered = await recoverFirst({ targets, context, listener })
  const { runId, runnerOf } = await runnersOf({ targets, context, listener })
  const amend = async () => {
    await consent.ahead(target)
    return runnerOf(target).amend(async (amendment) => {
      await consent.check(target, amendment.session)
      return decide(target, amendment)
    })
  }
  const changes = await amend()
    .catch((error: unknown) => {
      throw completeError(toMigrateError(error), target.flags)
    })
    .finally(() => listener.close())
  const lines = changes.map(({ id, change }) => `${id} ${change}\n`)
  return {
    output: {
      ok: true,
      command,
      exitCode: 0,
      runId,
      databases: [{ name: target.name, changes }],
      ...recoveredPart(recovered, settings),
    },
    text: lines.map((line) => `${target.name}: ${line}`).join(''),
  }
}
