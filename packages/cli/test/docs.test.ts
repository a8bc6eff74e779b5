import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands/index.ts'
import { sharedOptions } from '../src/shared-options.ts'
import { bin } from './binary.ts'
import { runInProcess } from './in-process.ts'
import { Project } from './project.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = readFileSync(join(root, 'docs/cli.md'), 'utf8')
const block = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  )

/** A copy of the example project, with the command on PATH. */
function examples() {
  const project = new Project()
  cpSync(join(root, 'databases'), join(project.folder, 'databases'), { recursive: true })
  const folder = join(project.folder, 'bin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'whimbrel'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`)
  chmodSync(join(folder, 'whimbrel'), 0o755)
  const { PATH, HOME } = process.env
  const env = { HOME, XDG_CACHE_HOME: project.folder, PATH: `${folder}${delimiter}${PATH}` }
  return { cwd: project.folder, env }
}

describe('docs/cli.md', () => {
  it('shows examples that work, in the order they are written', () => {
    const { cwd, env } = examples()
    const shown = block('sh')
    expect(shown.length).toBeGreaterThan(9)
    for (const code of shown) {
      const { status, stderr } = spawnSync('sh', ['-euc', code], { cwd, env, encoding: 'utf8' })
      expect({ code, status, stderr: status === 0 ? '' : stderr }).toEqual({ code, status: 0, stderr: '' })
    }
  }, 240_000)

  it('shows an error as it is printed', () => {
    const { cwd, env } = examples()
    const { stderr } = spawnSync('whimbrel', ['up', '--db', 'setings'], { cwd, env, encoding: 'utf8' })
    expect(block('text')).toContain(stderr)
  })

  it('describes the document of --json as it is declared', () => {
    const source = readFileSync(new URL('../src/output.ts', import.meta.url), 'utf8')
    const declared = source.replace(/^export /gm, '').replace(/^\/\*\* The one document .*\n/, '')
    expect(block('ts')).toEqual([declared])
  })

  it('names every command and every option, and no other', () => {
    const options = [...sharedOptions, ...commands.flatMap((command) => command.options)]
    const known = new Set(options.map(({ flags }) => flags.split(' ')[0] ?? ''))
    const named = new Set(text.match(/--[a-z][a-z-]+/g))
    named.delete('--help')
    expect([...known].filter((flag) => !named.has(flag))).toEqual([])
    expect([...named].filter((flag) => !known.has(flag))).toEqual([])
    for (const { name } of commands) expect(text).toContain(`\`${name}`)
  })
})

describe('the examples of the help', () => {
  type Place = Pick<ReturnType<typeof examples>, 'cwd'>
  /** Runs it in this process: it is made of words of which a shell makes nothing else. */
  const run = async (example: string, { cwd }: Place) => {
    expect(example).toMatch(/^whimbrel( [\w.-]+| "[\w,. -]+")*$/)
    const words = [...example.matchAll(/"([^"]+)"|\S+/g)].map(([word, quoted]) => quoted ?? word)
    return { example, ...(await runInProcess(words.slice(1), { cwd })) }
  }
  const upToDate = async ({ cwd }: Place) =>
    expect(await runInProcess(['up', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 })
  const of = (...names: readonly string[]) =>
    commands.filter(({ name }) => names.includes(name)).flatMap((command) => command.examples)
  const special = ['init', 'baseline', 'mark', 'retry']

  it('work in the example project', async () => {
    const place = examples()
    for (const example of of(...commands.map(({ name }) => name).filter((name) => !special.includes(name)))) {
      await upToDate(place)
      expect(await run(example, place)).toMatchObject({ example, exitCode: 0 })
    }
  })

  it('work where a project begins', async () => {
    for (const example of of('init')) {
      const place = examples()
      rmSync(join(place.cwd, 'databases'), { recursive: true })
      expect(await run(example, place)).toMatchObject({ example, exitCode: 0 })
    }
  })

  it('work where somebody has to decide about records', async () => {
    for (const example of of('baseline')) {
      const place = examples()
      mkdirSync(join(place.cwd, 'data'))
      writeFileSync(join(place.cwd, 'data/settings.db'), '')
      expect(await run(example, place)).toMatchObject({ example, exitCode: 0 })
    }
    for (const example of of('mark', 'retry')) {
      const place = examples()
      await upToDate(place)
      const database = new Database(join(place.cwd, 'data/knowledge_graph.db'))
      database.exec("UPDATE schema_migrations SET state = 'in-doubt' WHERE version = 8")
      database.close()
      expect(await run(example, place)).toMatchObject({ example, exitCode: 0 })
    }
  })
})
