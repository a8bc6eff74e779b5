import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')
/** Blocks of the page, each named by the comment in its first line. */
const blocks = [...page.matchAll(/^```(?:ts|sql)\n(?:\/\/|--) (\S+)\n(.*?)^```$/gms)]
const programs = blocks.flatMap(([, file = '']) => (file.endsWith('.ts') ? [file] : []))
const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
const before = process.cwd()

// The page speaks of an application, which has the packages installed that it takes.
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
for (const [, file = '', text = ''] of blocks) {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

beforeAll(() => {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  process.chdir(folder)
})

afterAll(() => {
  process.chdir(before)
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

// What the page calls tests are tests here, too.
describe.each(programs)('docs/testing.md: %s', async (file) => {
  await import(pathToFileURL(join(folder, file)).href)
  if (!file.endsWith('.test.ts')) it('can be imported', () => {})
})

describe('docs/testing.md', () => {
  it('has tests', () => {
    expect(programs.length).toBeGreaterThan(7)
  })

  it('compiles in strict mode', async () => {
    const config = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        customConditions: ['@whimbrel/source'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: programs,
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await promisify(execFile)(compiler, ['-p', folder]).catch((failed) => failed)
    expect(stdout).toBe('')
  })
})
