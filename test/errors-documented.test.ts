import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../packages/core/src/error-codes.ts'

const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')

interface Row {
  readonly code: string
  readonly exit: number
  readonly when: string
  readonly todo: string
}

/** Rows of the table that begin with a code. */
function documentedCodes(markdown: string): readonly Row[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    const [, code = '', exit = '', when = '', todo = ''] = cells
    return /^`[A-Z_]+`$/.test(code) ? [{ code: code.slice(1, -1), exit: Number(exit), when, todo }] : []
  })
}

describe('docs/errors.md', () => {
  const rows = documentedCodes(text)

  it('explains every code with its exit code, in the order of the source, and no other', () => {
    expect(rows.map(({ code, exit }) => `${code} ${exit}`)).toEqual(
      Object.entries(errorCodes).map(([code, exit]) => `${code} ${exit}`),
    )
  })

  it('says for every code when it happens and what to do', () => {
    const silent = rows.filter(({ when, todo }) => when.length < 15 || todo.length < 15)
    expect(silent.map(({ code }) => code)).toEqual([])
  })

  it('names every exit code that there is', () => {
    const exits = [...new Set(Object.values(errorCodes))]
    const list = text
      .split('\n')
      .filter((line) => line.includes(' · '))
      .join(' ')
    expect(exits.filter((exit) => !new RegExp(`\\b${exit} `).test(list))).toEqual([])
  })
})
