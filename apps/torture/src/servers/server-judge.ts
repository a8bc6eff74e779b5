import type { Applied, DatabaseStatus, Session } from '@whimbrel/core'
import type { Outcome } from '../campaign.ts'
import { driverOf } from '../engines/server-database.ts'
import type { Said } from '../runner.ts'
import { runServer, serverStatus } from './run-server.ts'
import { contentOf } from './server-content.ts'
import type { ServerRunnerName } from './server-job.ts'
import type { ServerObserver } from './server-observer.ts'
import type { ServerProject } from './server-project.ts'

type Wrong = Pick<Outcome, 'wrong' | 'why'>

/**
 * Knows the content of the database after each statement of an undisturbed run. A state is explained where the record
 * says the statement after which the content is this one: for a migration in a transaction all or nothing, for one in
 * doubt as many statements as it says, or one more, which was interrupted.
 */
export class ServerJudge {
  readonly #project: ServerProject
  readonly #observer: ServerObserver
  /** After no statement, after the first, … */
  readonly #contents: readonly string[]

  static async of(project: ServerProject, observer: ServerObserver): Promise<ServerJudge> {
    await project.reset()
    const contents = await onSession(project, async (session) => {
      const found = [await contentOf(session, project.place.engine)]
      for (const sql of project.migrations.flatMap(({ statements }) => statements)) {
        await session.execute(sql)
        found.push(await contentOf(session, project.place.engine))
      }
      return found
    })
    return new ServerJudge(project, observer, contents)
  }

  private constructor(project: ServerProject, observer: ServerObserver, contents: readonly string[]) {
    this.#project = project
    this.#observer = observer
    this.#contents = contents
  }

  /**
   * Judges what a disturbed run has left, and lets the commands that `status` names finish it: as soon as the server
   * has noticed the end of every session, or `atOnce`, when it may still be at the last statement.
   */
  async judge(
    runner: ServerRunnerName,
    { said, atOnce }: { readonly said: Said | undefined; readonly atOnce: boolean },
  ): Promise<Outcome> {
    const left = await this.#left(runner, { said, atOnce })
    if (!('left' in left)) return { hit: said?.exitCode !== 0, states: 1, ...left }
    const finished = await this.#finish(runner)
    return { hit: said?.exitCode !== 0, states: 1, left: left.left, ...finished }
  }

  async #left(
    runner: ServerRunnerName,
    { said, atOnce }: { readonly said: Said | undefined; readonly atOnce: boolean },
  ): Promise<Wrong | { readonly left: string }> {
    if (said !== undefined && said.exitCode !== 0 && (said.hint ?? '') === '')
      return { wrong: 'no message', why: `${said.code}: ${said.message}` }
    if (atOnce) return { left: 'gone on at once' }
    if (!(await this.#observer.quiet())) return { wrong: 'stuck', why: 'a session does not end' }
    const status = await serverStatus(runner, this.#project.job('up'))
    const content = await this.#content()
    const wrong = this.#unexplained(status, content)
    if (wrong !== undefined) return { wrong: 'unexplained', why: wrong }
    if (said?.exitCode === 0 && content !== this.#contents.at(-1))
      return { wrong: 'false done', why: `the run said done of ${said.done.join()}` }
    const { applied } = status
    if (doubtOf(status) !== undefined) return { left: 'in doubt' }
    return {
      left:
        applied.length === 0 ? 'old' : applied.length === this.#project.migrations.length ? 'new' : 'between',
    }
  }

  /** What `status` does not explain; undefined where it does. */
  #unexplained({ applied, findings }: DatabaseStatus, content: string): string | undefined {
    const doubt = applied.find(({ state }) => state === 'in-doubt')
    if (doubt !== undefined && !findings.some(({ code }) => code === 'IN_DOUBT'))
      return `${doubt.id} is in doubt and no finding says so`
    const states = this.#statesOf(applied, doubt)
    if (states.some((state) => this.#contents[state] === content)) return undefined
    const at = this.#contents.indexOf(content)
    return `the records say ${states.join(' or ')} statements, the content is ${at < 0 ? 'of no state' : `that after ${at}`}`
  }

  /** After how many statements the records say that the database is. */
  #statesOf(applied: readonly Applied[], doubt: Applied | undefined): readonly number[] {
    const done = new Set(applied.filter(({ state }) => state === 'applied').map(({ id }) => id))
    let before = 0
    for (const { id, statements } of this.#project.migrations) {
      if (done.has(id)) before += statements.length
      else if (id === doubt?.id) {
        const from = before + (doubt.progress ?? 0)
        return [from, from + 1]
      } else break
    }
    return [before]
  }

  /** Does what `status` says until there is nothing more to do. */
  async #finish(runner: ServerRunnerName): Promise<Wrong> {
    const says: string[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      const status = await serverStatus(runner, this.#project.job('up'))
      const doubt = doubtOf(status)
      if (doubt === undefined && status.plan.steps.length === 0) return this.#end(runner)
      const said = await this.#next(runner, doubt)
      if (said.code === 'LOCK_TIMEOUT') return { wrong: 'stuck lock', why: said.message }
      says.push(said.exitCode === 0 ? 'done' : `${said.code}: ${said.message}`)
    }
    return { wrong: 'not finished', why: says.join(' | ') }
  }

  async #next(runner: ServerRunnerName, doubt: Applied | undefined): Promise<Said> {
    if (doubt === undefined) return runServer(runner, this.#project.job('up'))
    const said = await runServer(runner, this.#project.job('retry'))
    if (said.code !== 'IN_DOUBT') return said
    // It cannot know, and asks: a person looks.
    await this.#observer.quiet()
    const [before = 0, after = 0] = this.#statesOf(await this.#applied(runner), doubt)
    const content = await this.#content()
    const isDone = this.#contents[after] === content && this.#contents[before] !== content
    return runServer(runner, this.#project.job('retry', isDone ? 'skip' : 'again'))
  }

  async #applied(runner: ServerRunnerName): Promise<readonly Applied[]> {
    return (await serverStatus(runner, this.#project.job('up'))).applied
  }

  async #end(runner: ServerRunnerName): Promise<Wrong> {
    const applied = await this.#applied(runner)
    const odd = applied.filter(({ state }) => state !== 'applied')
    if (odd.length > 0 || applied.length !== this.#project.migrations.length)
      return {
        wrong: 'not finished',
        why: `records: ${applied.map(({ id, state }) => `${id} ${state}`).join()}`,
      }
    return (await this.#content()) === this.#contents.at(-1)
      ? {}
      : { wrong: 'disagrees', why: 'schema or rows are not those of an undisturbed run' }
  }

  #content(): Promise<string> {
    return onSession(this.#project, (session) => contentOf(session, this.#project.place.engine))
  }
}

function doubtOf({ applied }: DatabaseStatus): Applied | undefined {
  return applied.find(({ state }) => state === 'in-doubt')
}

async function onSession<T>({ place }: ServerProject, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await driverOf(place).session('write')
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}
