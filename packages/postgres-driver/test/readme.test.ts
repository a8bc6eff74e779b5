import { execFile } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'
import { expect, it } from 'vitest'
import { hasServer, testDatabase } from './test-server.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

it.runIf(await hasServer())('shows an example in the README that runs as it stands', async () => {
  await using directory = await temporaryDirectory()
  await using database = await testDatabase()
  const readme = await readFile(here('../README.md'), 'utf8')
  await writeFile(directory.file('example.ts'), /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
  await symlink(here('../node_modules'), directory.file('node_modules'))
  await build({
    entry: [directory.file('example.ts')],
    outDir: directory.path,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    config: false,
    silent: true,
    noExternal: [/^@whimbrel/],
    external: ['pg'],
    esbuildOptions: (options) => {
      options.conditions = ['@whimbrel/source']
      options.alias = { '@whimbrel/postgres-driver': here('../src/index.ts') }
    },
  })
  const { stdout } = await promisify(execFile)(process.execPath, [directory.file('example.mjs')], {
    env: { ...process.env, DATABASE_URL: database.url },
  })
  expect(stdout).toBe("[ { id: 1, name: 'whimbrel' } ]\n")
})
