import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteDriver } from '@whimbrel/sqlite-driver'
import { sqlVersionTracker } from '@whimbrel/version-tracker'
import { build } from 'tsup'
import { describe, expect, it } from 'vitest'
import { Fixture, migration } from '../../../test/fixture.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

describe('the README', () => {
  it('shows an example that runs as it stands', async () => {
    const table = (name: string) => migration(`CREATE TABLE ${name} (id INTEGER);`, `DROP TABLE ${name};`)
    const fixture = new Fixture({
      '001_birds': table('birds'),
      '002_nests': table('nests'),
      '003_eggs': table('eggs'),
    })
    const driver = sqliteDriver({ path: join(fixture.folder, 'birds.db') })
    await fixture.up({ driver, tracker: sqlVersionTracker() })
    mkdirSync(join(fixture.folder, 'example'))
    const example = join(fixture.folder, 'example', 'example.ts')
    writeFileSync(example, /```ts\n([\s\S]*?)```/.exec(readFileSync(here('../README.md'), 'utf8'))?.[1] ?? '')
    await build({
      entry: [example],
      outDir: fixture.folder,
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      config: false,
      silent: true,
      noExternal: [/^@whimbrel/],
      external: ['better-sqlite3'],
      esbuildOptions: (options) => {
        options.conditions = ['@whimbrel/source']
        options.nodePaths = [here('../node_modules')]
        options.alias = { '@whimbrel/rollback-manager': here('../src/index.ts') }
      },
    })
    const output = execFileSync(process.execPath, [join(fixture.folder, 'example.mjs')], {
      cwd: fixture.folder,
      env: { ...process.env, NODE_PATH: here('../../sqlite-driver/node_modules') },
      encoding: 'utf8',
    })
    expect(output).toBe("[ '003_eggs', '002_nests' ]\nrolled-back 001_birds\n")
  })
})
