import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseManifest } from '@whimbrel/manifest'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './fixture.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Blocks of one language, with what stands behind it on the fence. */
function blocks(language: string): { readonly label: string; readonly text: string }[] {
  const found = read('README.md').matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)
  return [...found]
    .filter(([, name]) => name === language)
    .map(([, , label = '', text = '']) => ({ label, text }))
}

/** Runs a block as a person would type it, stopping at the first line that fails. */
function type(text: string, folder: string): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const command = join(bin, 'whimbrel')
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'packages/cli/bin/whimbrel.cjs')}" "$@"\n`,
  )
  chmodSync(command, 0o755)
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NO_COLOR: '1' }
  return execFileSync('sh', ['-euc', text], { cwd: folder, env, encoding: 'utf8' })
}

describe('the README', () => {
  it('shows commands that work in the example project, in the order they are written', () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'databases'), join(folder, 'databases'), { recursive: true })
    const [block] = blocks('sh').filter(({ label }) => label === '')
    const output = type(block?.text ?? '', folder)
    expect(output).toContain('Everything is up to date.')
    expect(output).toContain('_add_user_roles.sql')
  })

  it('shows how a project of its own begins', () => {
    const folder = temporaryFolder()
    const [block] = blocks('sh').filter(({ label }) => label === 'init')
    expect(type(block?.text ?? '', folder)).toContain('1 applied')
    expect(existsSync(join(folder, 'data', 'notes.db'))).toBe(true)
  })

  it('shows the call of an application, which opens databases of the example project', () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'databases'), join(folder, 'databases'), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const [block] = blocks('ts')
    writeFileSync(join(folder, 'app.mjs'), `${block?.text}\nconsole.log(settings.open, ontology.name)`)
    expect(type('node app.mjs', folder)).toBe(`true ${join(folder, 'data', 'ontology.db')}\n`)
  })

  it('shows a migration that runs', () => {
    const folder = temporaryFolder()
    const [block] = blocks('sql')
    mkdirSync(join(folder, 'm'))
    const users =
      '-- === UP MIGRATION ===\nCREATE TABLE users (id INTEGER);\n-- === DOWN MIGRATION ===\nDROP TABLE users;\n'
    writeFileSync(join(folder, 'm', '001_create_users.sql'), users)
    writeFileSync(join(folder, 'm', '003_add_roles.sql'), block?.text ?? '')
    const output = type(
      'whimbrel up --url sqlite:a.db --migrations m; whimbrel down --url sqlite:a.db --migrations m',
      folder,
    )
    expect(output).toContain('1 rolled back, now at 001_create_users')
  })

  it('shows a manifest of three engines, whose servers are those of the tests', async () => {
    const [block] = blocks('json')
    const { databases } = await parseManifest(block?.text ?? '', { directory: temporaryFolder(), env: {} })
    const servers = databases.map(({ engine, displayUrl }) => [engine, displayUrl])
    expect(servers).toEqual([
      ['sqlite', expect.stringContaining('settings.db')],
      ['postgres', 'postgres://postgres@127.0.0.1:5432/catalog'],
      ['mysql', 'mysql://root@127.0.0.1:3306/orders'],
    ])
    const [containers] = blocks('sh').filter(({ label }) => label === 'containers')
    for (const port of ['127.0.0.1:5432:5432', '127.0.0.1:3306:3306'])
      expect(containers?.text).toContain(port)
  })

  it('names the two commands of the set-up, and CI runs the second one', () => {
    const commands = blocks('console').map(({ text }) => text.trim())
    expect(commands).toEqual(['npx -y pnpm@10.34.9 migrate', 'npx -y pnpm@10.34.9 test'])
    expect(read('.ci/run').trimEnd().split('\n').at(-1)).toBe(commands[1])
  })

  it('links only to files that exist', () => {
    const links = [...read('README.md').matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path)
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
