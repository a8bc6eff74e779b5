import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'
import { expect, it } from 'vitest'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

it('shows an example in the README that runs as it stands', async () => {
  await using directory = await temporaryDirectory()
  const readme = await readFile(here('../README.md'), 'utf8')
  await writeFile(directory.file('example.ts'), /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
  await build({
    entry: [directory.file('example.ts')],
    outDir: directory.path,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    config: false,
    silent: true,
    noExternal: [/^@whimbrel/],
    external: ['better-sqlite3'],
    esbuildOptions: (options) => {
      options.conditions = ['@whimbrel/source']
      options.alias = { '@whimbrel/sqlite-driver': here('../src/index.ts') }
    },
  })
  const { stdout } = await promisify(execFile)(process.execPath, [directory.file('example.mjs')], {
    cwd: directory.path,
    env: { ...process.env, NODE_PATH: here('../node_modules') },
  })
  expect(stdout).toBe("[ { id: 1, name: 'whimbrel' } ]\n1\n")
})
