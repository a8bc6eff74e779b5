import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'tsup'
import { describe, expect, it } from 'vitest'
import { useManifestFolder } from './manifest-folder.ts'

const script = `
import { readManifest } from './build/index.mjs'
const { databases } = await readManifest(process.argv[2], { env: {} })
console.log(databases.length)
`

describe('start-up', () => {
  const folder = useManifestFolder()
  const run = (path: string) =>
    promisify(execFile)(process.execPath, [folder.write('read.mjs', script), path])

  // The bundle lies where zod cannot be found: whoever tries to load it fails.
  it('reads a valid manifest without loading zod, and needs it to explain another', async () => {
    await build({
      entry: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
      outDir: folder.path('build'),
      format: 'esm',
      target: 'node20',
      outExtension: () => ({ js: '.mjs' }),
      external: ['zod'],
      noExternal: [/^(?!zod$)/],
      esbuildOptions: (options) => {
        options.conditions = ['@whimbrel/source']
        options.mainFields = ['module', 'main']
      },
      config: false,
      silent: true,
    })
    const valid = folder.write('valid.json', { databases: { a: { url: 'a.db', migrations: 'a' } } })
    expect((await run(valid)).stdout).toBe('1\n')
    const invalid = folder.write('invalid.json', { databases: { a: { url: 'a.db' } } })
    await expect(run(invalid)).rejects.toThrow("Cannot find package 'zod'")
  })
})
