import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migration } from '../fixture.ts'
import { describeEngines, type Engine } from './engines.ts'
import { ServerProject, table } from './server-project.ts'

const secret = 's3cr3t-w0rd'
const reason = ['--reason', 'meant']
const none = '-- Transaction: none'

/** Every command once, in an order in which most of them have something to do. */
const words: readonly (readonly string[])[] = [
  ['doctor'],
  ['plan', '--sql'],
  ['plan', '--out', 'plan.json'],
  ['lint'],
  ['check'],
  ['up', '--dry-run'],
  ['up', '--plan', 'plan.json'],
  ['up'],
  ['up', '--lock-timeout', '1s'],
  ['status', '--check'],
  ['validate'],
  ['drift'],
  ['stats'],
  ['backup'],
  ['backups'],
  ['restore', 'latest'],
  ['retry'],
  ['mark', '3', 'pending'],
  ['down', '--dry-run'],
  ['down', '--only', '2'],
  ['accept', '1', ...reason],
  ['baseline', '9'],
  ['recover'],
  ['history'],
  ['create', 'more'],
  ['init'],
  ['bundle'],
  ['nonsense'],
]

/** Everything that may hold a secret: what was printed, what was written, and every row of the database. */
async function traces(project: ServerProject, printed: readonly string[]): Promise<string> {
  const files = readdirSync(project.folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'whimbrel.json' && statSync(join(project.folder, path)).isFile())
    .map((path) => `${path}\n${readFileSync(join(project.folder, path), 'latin1')}`)
  return [...printed, ...files, JSON.stringify(await project.snapshot())].join('\n')
}

async function sweep(
  engine: Engine,
  commands: typeof words,
  place: (project: ServerProject, url: string) => readonly string[],
) {
  const project = await ServerProject.on(engine, {
    '001_a': table('a'),
    '002_b': table('b'),
    '003_c': migration(
      'CREATE TABLE c (id integer);\nINSERT INTO nowhere VALUES (1);',
      'DROP TABLE c;',
      none,
    ),
  })
  const more = place(project, await project.database.user('all', secret))
  const printed: string[] = []
  for (const command of commands) {
    const { stdout, stderr } = await project.run(...command, ...more, '--log-level', 'debug')
    printed.push(`${command.join(' ')}: ${stdout}${stderr}`)
    if (['up', 'status', 'history', 'backup'].includes(command[0] ?? '')) {
      const document = await project.run(...command, ...more, '--json')
      printed.push(`${command.join(' ')}: ${document.stdout}${document.stderr}`)
    }
  }
  const logged = await project.start('up', ...more, '--log-level', 'debug', '--log-format', 'json').ended
  printed.push(logged.stdout, logged.stderr)
  return { text: await traces(project, printed), printed }
}

const leaks = (text: string) => text.split('\n').filter((line) => line.includes(secret))

await describeEngines('the password of a url', (engine) => {
  it('of a flag is in nothing that any command prints, logs, writes to a file or records', async () => {
    const { text, printed } = await sweep(engine, words, (_, url) => [
      '--url',
      url,
      '--migrations',
      'migrations',
    ])
    expect(leaks(text)).toEqual([])
    expect(printed.find((line) => line.startsWith('up: '))).toContain(':***@')
    expect(text).toContain('001_a')
  }, 60_000)

  it('of the manifest is in nothing that any command prints, logs, writes to a file or records', async () => {
    const { text } = await sweep(
      engine,
      [['up'], ['status'], ['history'], ['backup'], ['down'], ['drift']],
      (project, url) => {
        project.configure({ url })
        return []
      },
    )
    expect(leaks(text)).toEqual([])
  }, 60_000)

  it('is in no error of a server that refuses, is not there, or does not know the database or the user', async () => {
    const project = await ServerProject.on(engine, { '001_a': table('a') })
    const url = new URL(await project.database.user('all', secret))
    const changed = (change: Partial<URL>) => Object.assign(new URL(url), change).href
    for (const wrong of [
      changed({ port: '1' }),
      changed({ pathname: '/no_such_whimbrel' }),
      changed({ username: 'no_such_whimbrel' }),
      url.href.replace(':', `:${secret}:`),
      url.href.replace(/:\d+\//, ':99999/'),
      ...['/x', '#x', '?x', '@x', '%zz', ' x', '\\x', ':x'].map((odd) =>
        url.href.replace(secret, `${secret}${odd}`),
      ),
    ]) {
      for (const command of ['up', 'status', 'doctor']) {
        const argv = [command, '--url', wrong, '--migrations', 'migrations', '--log-level', 'debug']
        const { stdout, stderr } = await project.run(...argv)
        expect(leaks(stdout + stderr)).toEqual([])
      }
    }
  })

  it('is not told to those who wait for the lock, and is nowhere on the server while it is held', async () => {
    const project = await ServerProject.on(engine, { '001_a': migration(`${engine.sleep(20)};`) })
    const url = await project.database.user('all', secret)
    const argv = ['up', '--url', url, '--migrations', 'migrations']
    const holder = project.start(...argv)
    await project.sleeping()
    const { exitCode, stderr } = await project.run(...argv, '--lock-timeout', '0ms')
    expect(exitCode).toBe(4)
    expect(stderr).toContain(`whimbrel up --url ${url.replace(secret, '***')}`)
    expect(leaks(stderr)).toEqual([])
    const sessions = await project.rows(engine.sessions)
    expect(JSON.stringify(sessions)).toContain(String(project.database.name))
    expect(leaks(JSON.stringify([sessions, await project.snapshot()]))).toEqual([])
    holder.kill('SIGKILL')
    await holder.ended
    await project.endSleep()
  })
})
