import { MessageChannel, Worker } from 'node:worker_threads'
import { answerQuestions } from './ask-through-host.ts'
import { interruption } from './interruption.ts'
import { RunningStepBoard } from './running-step.ts'
import { lookAround, type Surroundings } from './surroundings.ts'

/** Commands that never run a migration: they end by themselves at a signal. */
const looking = new Set([
  'status',
  'plan',
  'history',
  'validate',
  'lint',
  'check',
  'drift',
  'stats',
  'doctor',
  'create',
  'init',
  'mark',
  'accept',
  'baseline',
  'backups',
])
const signals = ['SIGINT', 'SIGTERM'] as const

/** How long a run may take to stop by itself before it is left, in milliseconds. */
const GRACE_MS = 1_500

/** True for arguments that may run a migration, which is done in a thread of its own. */
export function needsThread(args: readonly string[]): boolean {
  if (args.some((arg) => arg === '--dry-run' || arg === '--help' || arg === '-h' || arg === '--version'))
    return false
  // Behind an option the word may be its value, a database for instance: then a thread too many does no harm.
  return !args.some((arg, index) => looking.has(arg) && !args[index - 1]?.startsWith('--'))
}

/**
 * Runs the command in a thread. A statement of SQLite keeps its thread until it is done; from here a signal is
 * heard all the same. The first one asks the run to stop between two statements, and a server to give up the statement
 * that it is at, which undoes the migration that is running and keeps those before it. When that takes too long, or at the second one, the process ends as the signal
 * would have ended it: what was not committed is gone with it, and so is the lock.
 */
export function runInThread(file: string): void {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const board = new RunningStepBoard()
  const { port1: teller, port2: stopped } = new MessageChannel()
  teller.unref()
  const surroundings: Surroundings = {
    ...lookAround(),
    stop: stop.buffer as SharedArrayBuffer,
    stopped,
    running: board.memory,
  }
  const thread = new Worker(file, {
    argv: process.argv.slice(2),
    workerData: surroundings,
    transferList: [stopped],
  })
  answerQuestions(thread)
  // Signals belong to the main thread, and so do their consequences.
  for (const signal of signals) {
    process.on(signal, () => {
      if (Atomics.exchange(stop, 0, 1) === 1) leave(signal, board)
      teller.postMessage('stop')
      setTimeout(() => leave(signal, board), GRACE_MS).unref()
    })
  }
  thread.on('error', (error) => {
    process.stderr.write(`error: ${error.message}\n  next: report this with the command that you ran\n`)
    process.exitCode = 1
  })
  thread.on('exit', (code) => {
    process.exitCode ??= code
    for (const signal of signals) process.removeAllListeners(signal)
  })
}

function leave(signal: (typeof signals)[number], board: RunningStepBoard): void {
  const { stdout, stderr } = interruption(board.read(), process.argv.slice(2))
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
