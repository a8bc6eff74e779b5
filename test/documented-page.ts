import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { formatWithOptions, promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Example {
  /** Named by the comment in its first line. */
  readonly file: string
  readonly text: string
  /** The block of text below it; empty where there is none. */
  readonly prints: string
}

/** Blocks of a page, with the output that it shows below each. */
function readExamples(page: string): readonly Example[] {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))
  return blocks.flatMap(({ language, text }, index) => {
    const file = /^(?:\/\/|--) (\S+)\n/.exec(text)?.[1]
    if (language === 'text') return []
    if (file === undefined) throw new Error(`A block does not say its file in its first line: ${text}`)
    const next = blocks[index + 1]
    return [{ file, text, prints: next?.language === 'text' ? next.text : '' }]
  })
}

/** Runs every block of a page, in the order of the page, in one folder, and compiles all of them. */
export function describePage(page: string): void {
  const examples = readExamples(readFileSync(join(root, page), 'utf8'))
  const programs = examples.filter(({ file }) => file.endsWith('.ts'))
  // What stands further down the page may use what stands above it.
  describe(page, { shuffle: false }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
    const before = process.cwd()
    let printed = ''

    beforeAll(() => {
      // The page speaks of an application, which has the packages installed that it takes.
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      process.chdir(folder)
    })

    afterEach(() => {
      vi.restoreAllMocks()
      printed = ''
    })

    afterAll(() => {
      process.chdir(before)
      rmSync(folder, { recursive: true, force: true })
    })

    it('has programs', () => {
      expect(programs.length).toBeGreaterThan(2)
    })

    // A file that stands further down the page is not there yet: examples are run in the order of the page.
    it.each(examples)('$file does what the page says', async ({ file, text, prints }) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
      if (!file.endsWith('.ts')) return
      vi.spyOn(console, 'log').mockImplementation((...values) => {
        printed += `${formatWithOptions({ colors: false }, ...values)}\n`
      })
      await import(pathToFileURL(join(folder, file)).href)
      expect(printed).toBe(prints)
    })

    it('compiles in strict mode', async () => {
      const config = {
        extends: join(root, 'tsconfig.base.json'),
        compilerOptions: {
          noEmit: true,
          customConditions: ['@whimbrel/source'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
        files: programs.map(({ file }) => file),
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
      const compiler = join(root, 'node_modules/.bin/tsc')
      const { stdout } = await promisify(execFile)(compiler, ['-p', folder]).catch((failed) => failed)
      expect(stdout).toBe('')
    })
  })
}
