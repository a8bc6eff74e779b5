import { waysOut } from '@whimbrel/core'
import { completeHint } from './complete-hint.ts'
import type { Output } from './output.ts'
import type { RunningStep } from './running-step.ts'

/** What is said when the process ends in the middle of a statement: for people, or as the document of `--json`. */
export function interruption(
  running: RunningStep | undefined,
  args: readonly string[],
): { readonly stdout: string; readonly stderr: string } {
  const { message, hint } = wordsFor(running)
  if (!args.includes('--json')) {
    const where = running === undefined || running.database === '' ? '' : `${running.database}: `
    return { stdout: '', stderr: `error: ${where}${message}\n  next: ${hint}\n` }
  }
  const migration = running === undefined || running.migration === '' ? {} : { migration: running.migration }
  const output: Output = {
    ok: false,
    command: ['down', 'retry', 'recover'].find((command) => args.includes(command)) ?? 'up',
    exitCode: 130,
    databases: [],
    error: { code: 'INTERRUPTED', message, hint, ...migration },
  }
  return { stdout: `${JSON.stringify(output)}\n`, stderr: '' }
}

function wordsFor(running: RunningStep | undefined): { message: string; hint: string } {
  if (running === undefined) {
    return {
      message: 'The command was interrupted',
      hint: 'Run "whimbrel status" to see where each database stands',
    }
  }
  const { migration, direction, fate, database } = running
  if (fate === 'decided') {
    return {
      message:
        'The run was interrupted after it had decided that all its databases are kept, while they were being committed',
      hint: 'Run the same command again, or "whimbrel recover": either brings the rest to the new state first',
    }
  }
  if (fate === 'undone') {
    return {
      message: `${migration} was interrupted in the middle of a statement: everything of its transaction is undone`,
      hint: 'Run the same command again to go on; "whimbrel status" shows where the database stands',
    }
  }
  return {
    message: `${migration} was interrupted in the middle of a statement, outside a transaction: it is in doubt now`,
    hint: completeHint(waysOut({ id: migration, direction }), ` --db ${database}`),
  }
}
