import { findingOf, MigrateError } from '@whimbrel/core'
import type { RecoveryReport } from '@whimbrel/orchestrator'
import type { CommandContext, CommandResult } from './command.ts'
import { findingOutput } from './describe-error.ts'
import type { FindingOutput, Output } from './output.ts'
import { recoveryOutput } from './release-output.ts'
import { type ReleaseSettings, releaseRunnerOf } from './release-runner-of.ts'
import { renderFinding } from './render/render-run.ts'
import { styleOf } from './render/style.ts'
import type { Settings } from './settings.ts'

type RecoverySettings = Pick<ReleaseSettings, 'targets' | 'context' | 'listener'>

/** What became of interrupted runs before a command did its own work. */
export interface RecoveredFirst {
  readonly recovered: readonly RecoveryReport[]
  /** Why one could not be brought to its end. */
  readonly findings: readonly FindingOutput[]
}

/** Finishes what was interrupted, before a command changes anything; usually there is nothing. */
export function recoverFirst(settings: RecoverySettings): Promise<readonly RecoveryReport[]> {
  return releaseRunnerOf(settings).recover()
}

/**
 * The same for a command that is a way to mend what keeps a run from being finished: that it cannot be finished yet is
 * a finding there.
 */
export async function recoverWhereItGoes(settings: RecoverySettings): Promise<RecoveredFirst> {
  try {
    return { recovered: await recoverFirst(settings), findings: [] }
  } catch (error) {
    if (!MigrateError.is(error) || !concernsRuns(error)) throw error
    return { recovered: [], findings: [findingOutput(findingOf(error))] }
  }
}

/** True for what keeps an interrupted run from being finished, whichever databases a command is about. */
export function concernsRuns({ code }: MigrateError): boolean {
  return code === 'RUN_UNFINISHED' || code === 'RUN_JOURNAL_INVALID'
}

/** What was done to interrupted runs, as part of the document of a command; nothing where there were none. */
export function recoveredPart(
  recovered: readonly RecoveryReport[],
  settings: Settings,
): Pick<Output, 'recovered'> {
  if (recovered.length === 0) return {}
  return { recovered: recovered.map((report) => recoveryOutput(report, settings)) }
}

/** The result of a command with what became of interrupted runs before. */
export function withFirst(
  result: CommandResult,
  { recovered, findings }: RecoveredFirst,
  { settings, terminal }: CommandContext<unknown>,
): CommandResult {
  const style = styleOf(terminal.color)
  const notes = findings.map((finding) => `${renderFinding(finding, style)}\n`).join('')
  return {
    ...result,
    output: {
      ...result.output,
      ...recoveredPart(recovered, settings),
      ...(findings.length > 0 && { findings }),
    },
    errorText: `${notes}${result.errorText ?? ''}`,
  }
}
