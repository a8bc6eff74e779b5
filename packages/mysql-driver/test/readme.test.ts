import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'
import { expect, it } from 'vitest'
import { compileProgram } from './compile-program.ts'
import { hasServer, testDatabase } from './test-server.ts'

it.runIf(await hasServer())('shows an example in the README that runs as it stands', async () => {
  await using directory = await temporaryDirectory()
  await using database = await testDatabase()
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  await writeFile(directory.file('example.ts'), /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
  const program = await compileProgram(directory.file('example.ts'), directory)
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, DATABASE_URL: database.url },
  })
  expect(stdout).toBe("[ { id: 1, name: 'whimbrel' } ]\n")
})
