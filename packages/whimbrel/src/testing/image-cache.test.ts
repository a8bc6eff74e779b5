import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ImageCache } from './image-cache.ts'

const keyOf = (letter: string) => letter.repeat(64)
const image = (letter: string) => Buffer.alloc(1000, letter)
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

const names = () => readdirSync(directory).map((name) => name[0])
/** Makes it look as if a file had been used so many seconds ago. */
const age = (name: string, seconds: number) => {
  const then = Date.now() / 1000 - seconds
  utimesSync(join(directory, name), then, then)
}

describe('ImageCache', () => {
  it('gives back what was kept, and nothing else', () => {
    const cache = new ImageCache(join(directory, 'new', 'folder'), 10_000)
    expect(cache.read(keyOf('a'))).toBeUndefined()
    cache.write(keyOf('a'), image('x'))
    cache.write(keyOf('b'), new Uint8Array())
    expect(cache.read(keyOf('a'))).toEqual(image('x'))
    expect(cache.read(keyOf('b'))).toHaveLength(0)
    expect(cache.read(keyOf('c'))).toBeUndefined()
  })

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -100)],
    ['emptied', () => Buffer.alloc(0)],
    ['cut off within its hash', (bytes: Buffer) => bytes.subarray(0, 20)],
    [
      'damaged in one bit',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 500 ? byte ^ 1 : byte))),
    ],
    [
      'damaged in its hash',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte))),
    ],
    ['continued', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ])('does not give back what was %s', (_, damage) => {
    const cache = new ImageCache(directory, 10_000)
    cache.write(keyOf('a'), image('x'))
    const path = join(directory, `${keyOf('a')}.image`)
    writeFileSync(path, damage(readFileSync(path)))
    expect(cache.read(keyOf('a'))).toBeUndefined()
  })

  it('lets those go that were not used for the longest time', () => {
    const cache = new ImageCache(directory, 2_500)
    for (const letter of 'ab') cache.write(keyOf(letter), image(letter))
    age(`${keyOf('a')}.image`, 20)
    age(`${keyOf('b')}.image`, 10)
    cache.read(keyOf('a'))
    cache.write(keyOf('c'), image('c'))
    expect(names()).toEqual(['a', 'c'])
  })

  it('keeps nothing where there is no room for it', () => {
    new ImageCache(directory, 500).write(keyOf('a'), image('a'))
    expect(names()).toEqual([])
  })

  it('removes what a killed process left unfinished, and no file of anybody else', () => {
    const draft = `${keyOf('a')}.image.00000000-0000-4000-8000-000000000000`
    const young = `${keyOf('b')}.image.00000000-0000-4000-8000-000000000000`
    for (const name of [draft, young, 'diary']) writeFileSync(join(directory, name), 'x')
    for (const name of [draft, 'diary']) age(name, 7200)
    new ImageCache(directory, 0).write(keyOf('c'), image('c'))
    expect(names()).toEqual(['b', 'd'])
  })

  it('leaves no draft behind where it cannot write', () => {
    const cache = new ImageCache(directory, 10_000)
    cache.write(keyOf('a'), image('a'))
    rmSync(join(directory, `${keyOf('a')}.image`))
    // A folder in the place of the file makes the renaming fail.
    new ImageCache(join(directory, `${keyOf('a')}.image`), 10_000).write(keyOf('z'), image('z'))
    expect(() => cache.write(keyOf('a'), image('a'))).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(readdirSync(directory)).toEqual([`${keyOf('a')}.image`])
  })

  it('is readable by nobody else', () => {
    new ImageCache(join(directory, 'mine'), 10_000).write(keyOf('a'), image('a'))
    expect(statSync(join(directory, 'mine')).mode & 0o77).toBe(0)
    expect(statSync(join(directory, 'mine', `${keyOf('a')}.image`)).mode & 0o77).toBe(0)
  })
})
