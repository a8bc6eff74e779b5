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
    const where = running === undefined ? '' : `${running.database}: `
    return { stdout: '', stderr: `error: ${where}${message}\n  next: ${hint}\n` }
  }
  const migration = running === undefined ? {} : { migration: running.migration }
  const output: Output = {
    ok: false,
    command: ['down', 'retry'].find((command) => args.includes(command)) ?? 'up',
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
  const { migration, direction, transactional, database } = running
  if (transactional) {
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
