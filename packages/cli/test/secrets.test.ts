import { describe, expect, it } from 'vitest'
import { Project, table } from './project.ts'

const secret = 's3cr3t-w0rd'
const urls = [
  `postgres://user:${secret}@127.0.0.1:1/x`,
  `mysql://user:${secret}@127.0.0.1:1/x`,
  `postgres://user:${secret}@localhost:99999/x`,
  `postgres://user:${secret} with blank@127.0.0.1:1/x`,
  `oracle://user:${secret}@127.0.0.1:1/x`,
  `postgres://127.0.0.1:1/x?password=${secret}`,
  `sqlite:app.db?password=${secret}`,
]
const commands = ['up', 'down', 'status', 'plan', 'history', 'validate', 'create']
const loud = [[], ['--json'], ['--log-level', 'debug'], ['--dry-run']]

/** The lines with the password of all that commands print, in every form. */
async function leaks(project: Project, ...argv: readonly string[]): Promise<readonly string[]> {
  let text = ''
  for (const command of commands) {
    for (const more of loud) {
      const { exitCode, out, err } = await project.run(
        command,
        ...(command === 'create' ? ['x'] : []),
        ...argv,
        ...more,
      )
      expect(exitCode).not.toBe(0)
      text += out + err
    }
  }
  return text.split('\n').filter((line) => line.includes(secret))
}

describe('a password in a url', () => {
  it.each(urls)('of the manifest is never shown (%s)', async (url) => {
    const project = new Project()
    project.migrations('m', { '001_a': table('a'), odd: '' })
    project.manifest({ databases: { app: { url, migrations: 'm' } } })
    expect(await leaks(project)).toEqual([])
  })

  it.each(urls)('of a flag or a variable is never shown (%s)', async (url) => {
    const project = new Project()
    project.migrations('m', { '001_a': table('a'), odd: '' })
    expect(await leaks(project, '--url', url, '--migrations', 'm')).toEqual([])
    expect(await leaks(project, `--url=${url}`, '--migrations', 'm', '--foo')).toEqual([])
    project.env = { DATABASE_URL: url, MIGRATIONS_DIR: 'm' }
    expect(await leaks(project)).toEqual([])
    project.env = {}
    expect(await leaks(project, '--db', url, '--manifest', url, '--env', url)).toEqual([])
  })

  it('is shown as ***', async () => {
    const project = new Project()
    project.migrations('m', { '001_a': table('a') })
    project.manifest({ databases: { app: { url: urls[0], migrations: 'm' } } })
    const { out, err } = await project.run('status')
    expect(out).toContain('app  postgres://user:***@127.0.0.1:1/x  cannot be read')
    expect(err).toContain('postgres://user:***@127.0.0.1:1/x cannot be reached')
  })

  it('of a reason is not shown by history', async () => {
    const project = new Project({ app: { '001_a': table('a') } })
    project.write('app.db', '')
    await project.run('baseline', '1', '--reason', `copied from postgres://user:${secret}@localhost/x`)
    for (const argv of [['history'], ['history', '--json']]) {
      const { out } = await project.run(...argv)
      expect(out).toContain('copied from postgres://user:***@localhost/x')
      expect(out).not.toContain(secret)
    }
  })
})
