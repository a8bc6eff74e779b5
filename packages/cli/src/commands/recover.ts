import { MigrateError } from '@whimbrel/core'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import type { Output } from '../output.ts'
import { recoveredPart } from '../recover-first.ts'
import { releaseRunnerOf } from '../release-runner-of.ts'
import { renderRecovery } from '../render/render-recovery.ts'
import { styleOf } from '../render/style.ts'
import { RunListener } from '../run-listener.ts'
import { findTargets, type Targets } from '../target.ts'
import { unfinishedFindings } from '../unfinished-findings.ts'

interface Options {
  readonly forget?: boolean
}

async function run(context: CommandContext<Options>): Promise<CommandResult> {
  const { options, settings, terminal } = context
  if (settings.databases.length > 0) throw aboutAll()
  const targets = await findTargets(settings, terminal)
  return options.forget === true ? forget(targets, context) : finish(targets, context)
}

async function finish(targets: Targets, context: CommandContext<Options>): Promise<CommandResult> {
  const listener = new RunListener(context, { tellsRecoveries: false })
  try {
    const recovered = await releaseRunnerOf({ targets, context, listener }).recover()
    const style = styleOf(context.terminal.color)
    const part = recoveredPart(recovered, context.settings)
    const text = renderRecovery(part.recovered ?? [], style)
    return result({ text: text === '' ? nothing : text, ...part })
  } catch (error) {
    // One run is stuck; what became of the others is told all the same.
    listener.tellRecoveries()
    throw error
  } finally {
    listener.close()
  }
}

/** Leaves the databases where they are; asked for where recovering is impossible, and agreed to expressly. */
async function forget(targets: Targets, context: CommandContext<Options>): Promise<CommandResult> {
  const findings = await unfinishedFindings(targets, context.settings)
  const [finding] = findings
  if (finding === undefined) return result({ text: nothing })
  const listener = new RunListener(context)
  if (!(await isAgreed(finding.message, context))) throw notAgreed(finding.message)
  const count = await releaseRunnerOf({ targets, context, listener }).forget()
  const beside = `${count} ${count === 1 ? 'database' : 'databases'}`
  const style = styleOf(context.terminal.color)
  return result({
    text:
      `  ${style.note} ${finding.message}\n` +
      `Forgotten: what was written down beside ${beside} is removed, and every database is left as it is.\n`,
    findings,
  })
}

async function isAgreed(
  message: string,
  { options, settings, terminal }: CommandContext<Options>,
): Promise<boolean> {
  if (options.yes === true) return true
  if (terminal.ask === undefined || settings.json) return false
  const question = `${message}.\n${consequence}.\nType forget to go on: `
  return (await terminal.ask(question))?.trim() === 'forget'
}

const nothing = 'No run over these databases was interrupted: there is nothing to recover.\n'
const consequence =
  'Forgetting it leaves every database as it is now: some may be at the new state, and others at the old one'

function result({ text, ...rest }: { text: string } & Pick<Output, 'recovered' | 'findings'>): CommandResult {
  return { output: { ok: true, command: 'recover', exitCode: 0, databases: [], ...rest }, text }
}

function aboutAll(): MigrateError {
  return new MigrateError(
    'USAGE',
    'recover is about all databases of an interrupted run, and --db was given',
    {
      hint: 'Leave --db out',
    },
  )
}

function notAgreed(message: string): MigrateError {
  return new MigrateError('CONSENT_REQUIRED', `${message}. ${consequence}`, {
    hint: 'Look with "whimbrel status" and try "whimbrel recover" first, then add --yes or type forget on a terminal',
  })
}

export const recover: Command = {
  name: 'recover',
  summary: 'Finish a run over several databases that was interrupted, or take it back',
  options: [
    { flags: '--forget', description: 'leave every database as it is, and forget the run; needs --yes' },
  ],
  examples: ['whimbrel recover', 'whimbrel recover --json'],
  run,
}
