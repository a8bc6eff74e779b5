import type { Judge } from './judge.ts'
import type { Project } from './project.ts'
import { startProcess } from './run-process.ts'
import { settleDoubt } from './run-whimbrel.ts'
import type { Said } from './runner.ts'
import { runnerOf } from './runners.ts'
import { standingOf } from './standing.ts'
import { saidByCommand, whimbrelCommand } from './whimbrel-command.ts'

/**
 * Runs the case once more with nobody in its way; what is in doubt is settled first, as the message asks for. Returns
 * what is wrong, undefined where the database ends as that of an undisturbed run.
 */
export async function finish(project: Project, judge: Judge): Promise<string | undefined> {
  const { doubt } = standingOf(project.aside())
  const said = await once(project)
  if (doubt !== undefined) {
    if (said?.code !== 'IN_DOUBT') return `with ${doubt} in doubt the next run says ${describe(said)}`
    await settle(project, doubt)
    return expectEnd(project, judge, await once(project))
  }
  return expectEnd(project, judge, said)
}

function expectEnd(project: Project, judge: Judge, said: Said | undefined): string | undefined {
  if (said?.exitCode !== 0) return `the next run says ${describe(said)}`
  const verdict = judge.look(standingOf(project.aside()))
  if (verdict.is !== 'legal') return `after the next run: ${verdict.is}: ${verdict.why}`
  return verdict.rank === judge.last ? undefined : `the next run ends after ${verdict.rank} steps`
}

function describe(said: Said | undefined): string {
  return said === undefined ? 'nothing' : `${said.exitCode} ${said.code}: ${said.message}`
}

function once(project: Project): Promise<Said | undefined> {
  if (project.of.vehicle === 'command') return command(project, project.words)
  return runnerOf(project.of.runner)(project.job(), () => undefined)
}

/** Nothing of it is sure to be there: an up is begun again, and a down, too. */
async function settle(project: Project, id: string): Promise<void> {
  const as = project.of.operation === 'down' ? 'applied' : 'pending'
  if (project.of.vehicle === 'library') return settleDoubt(project.job(), id, as)
  await command(project, ['mark', id, as, '--json'])
}

async function command(project: Project, words: readonly string[]): Promise<Said | undefined> {
  const { stdout } = await startProcess(whimbrelCommand(words), project.folder).ended
  return saidByCommand(stdout)
}
