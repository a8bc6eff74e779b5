import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeNewFiles } from './write-new-files.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'whimbrel-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('writeNewFiles', () => {
  it('writes files with their folders', () => {
    const at = folder()
    expect(writeNewFiles(at, [{ path: 'a/b/c.sql', text: 'x' }])).toEqual([join(at, 'a/b/c.sql')])
    expect(readFileSync(join(at, 'a/b/c.sql'), 'utf8')).toBe('x')
  })

  it('writes none when one of them exists, and keeps that one', () => {
    const at = folder()
    writeFileSync(join(at, 'second'), 'mine')
    const files = [
      { path: 'first', text: 'x' },
      { path: 'second', text: 'y' },
    ]
    expect(() => writeNewFiles(at, files)).toThrow(
      expect.objectContaining({ code: 'FILE_EXISTS', exitCode: 2 }),
    )
    expect(existsSync(join(at, 'first'))).toBe(false)
    expect(readFileSync(join(at, 'second'), 'utf8')).toBe('mine')
  })

  it('takes back what it wrote when a later file cannot be written', () => {
    const at = folder()
    writeFileSync(join(at, 'file'), '')
    const files = [
      { path: 'first', text: 'x' },
      { path: 'file/inside', text: 'y' },
    ]
    expect(() => writeNewFiles(at, files)).toThrow(`${join(at, 'file')} exists already`)
    expect(existsSync(join(at, 'first'))).toBe(false)
  })
})
