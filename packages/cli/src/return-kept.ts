import { returnRefusal, returnRows } from '@whimbrel/rollback-manager'
import type { CommandContext, CommandResult } from './command.ts'
import { completeError } from './complete-error.ts'
import type { Consent } from './consent.ts'
import { errorOutput } from './describe-error.ts'
import { runnersOf } from './migration-runners.ts'
import { renderError } from './render/render-error.ts'
import { renderReturned } from './render/render-returned.ts'
import { styleOf } from './render/style.ts'
import { RunListener } from './run-listener.ts'
import type { Target, Targets } from './target.ts'

export interface ReturnContext {
  readonly target: Target
  readonly targets: Targets
  readonly consent: Consent
  readonly context: CommandContext<unknown>
}

/** True for what `up` and `down` call a file of kept rows. */
export function isKeptFile(query: string): boolean {
  return query.endsWith('.jsonl')
}

/** Brings the rows of a file back under the lock; exit code 1 where some of them have no place. */
export async function returnKept(path: string, given: ReturnContext): Promise<CommandResult> {
  const { target, context } = given
  const { report, runId } = await returned(path, given)
  const refusal = returnRefusal(report)
  const error = refusal && completeError(refusal, target.flags)
  const exitCode = error?.exitCode ?? 0
  const database = { name: target.name, ...report, ...(error && { error: errorOutput(error) }) }
  const style = styleOf(context.terminal.color)
  return {
    output: { ok: exitCode === 0, command: 'restore', exitCode, runId, databases: [database] },
    text: renderReturned(database),
    errorText: error === undefined ? '' : renderError(error, { style, database: target.name }),
  }
}

async function returned(path: string, { target, targets, consent, context }: ReturnContext) {
  const listener = new RunListener(context)
  const { runId, runnerOf } = await runnersOf({ targets, context, listener })
  const { name: database, driver } = target
  try {
    const report = await runnerOf(target).amend(async ({ session }) => {
      await consent.check(target, session)
      return returnRows(session, path, { dialect: driver.dialect, database })
    })
    return { report, runId }
  } finally {
    listener.close()
  }
}
