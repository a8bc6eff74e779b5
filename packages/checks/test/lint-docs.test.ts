import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/fixture.ts'
import { lintRules } from '../src/index.ts'
import { LintedDatabase } from './linted.ts'

const page = readFileSync(new URL('../../../docs/lint.md', import.meta.url), 'utf8')
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^\w+/.exec(section)?.[0] ?? '', section]),
)

function block(section: string, name: string): string | undefined {
  return new RegExp(`^\`\`\`sql ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1]
}

describe('docs/lint.md', () => {
  it('explains every rule, in the order of the list, and no other', () => {
    expect([...sections.keys()]).toEqual(lintRules.map(({ code }) => code))
  })

  describe.each(lintRules)('$code', ({ code, title, level, harm, hint }) => {
    const section = sections.get(code) ?? ''
    const text = section.replace(/\s+/g, ' ')

    it('is explained in the words of the rule', () => {
      for (const words of [title, level, harm, hint]) expect(text).toContain(words.replace(/\s+/g, ' '))
    })

    it('is what lint finds in the bad example, and nothing in the safe one', async () => {
      const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
      const before = block(section, 'before') ?? "SELECT 'nothing before'"
      await database.apply(before)
      const found = async (name: string) => {
        const { findings } = await database.lint([before, block(section, name) ?? ''])
        return [...new Set(findings.map((finding) => finding.code))]
      }
      expect(await found('bad')).toEqual([code])
      expect(await found('safe')).toEqual([])
    })
  })
})
