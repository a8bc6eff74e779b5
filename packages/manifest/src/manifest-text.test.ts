import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refusal, useManifestFolder } from '../test/manifest-folder.ts'
import { readManifestText } from './manifest-text.ts'

const utf16 = (text: string) => Buffer.from(text, 'utf16le')

describe('readManifestText', () => {
  const folder = useManifestFolder()
  const refuse = (content: string | Uint8Array) => {
    const path = folder.write('manifest.json', content)
    return refusal(() => readManifestText(path))
  }

  it('reads UTF-8 with and without a byte-order mark', () => {
    expect(readManifestText(folder.write('a.json', '{ "é": 1 }'))).toBe('{ "é": 1 }')
    expect(readManifestText(folder.write('a.json', '\uFEFF{}'))).toBe('{}')
  })

  it('names UTF-16, with a byte-order mark and without', async () => {
    for (const bytes of [utf16('\uFEFF{}'), utf16('\uFEFF{}').swap16(), utf16('{}'), utf16('{}').swap16()]) {
      const error = await refuse(bytes)
      expect(error).toMatchObject({ code: 'MANIFEST_INVALID', hint: 'Save it as UTF-8' })
      expect(error.message).toBe(`The manifest ${folder.path('manifest.json')} is UTF-16`)
    }
  })

  it('names the line of bytes that are not UTF-8', async () => {
    const error = await refuse(Buffer.from('{\n  "a": "é"\n}', 'latin1'))
    expect(error.message).toContain('is not UTF-8: line 2')
    expect(error.details).toMatchObject({ line: 2 })
    expect((await refuse(Buffer.from([0x7b, 0x7d, 0xc3]))).details).toMatchObject({ line: 1 })
  })

  it('refuses a folder, naming the manifest in it', async () => {
    mkdirSync(folder.path('databases'))
    writeFileSync(folder.path('databases/manifest.json'), '{}')
    const error = await refusal(() => readManifestText(folder.path('databases')))
    expect(error.message).toContain('is a folder, not a file')
    expect(error.hint).toBe(`Name the file in it: ${folder.path('databases/manifest.json')}`)
    expect((await refusal(() => readManifestText(folder.path()))).hint).toContain('manifest.json')
  })

  it('refuses more than 1 MiB and accepts exactly that', async () => {
    const limit = 1024 * 1024
    expect(readManifestText(folder.write('a.json', ' '.repeat(limit)))).toHaveLength(limit)
    expect((await refuse(' '.repeat(limit + 1))).message).toContain('is larger than 1 MiB')
    expect((await refuse(Buffer.alloc(10 * limit, 0x20))).message).toContain('is larger than 1 MiB')
  })

  it('stops reading a device that never ends', async () => {
    expect((await refusal(() => readManifestText('/dev/zero'))).message).toContain('is larger than 1 MiB')
  })

  it('tells a missing file from one that cannot be read', async () => {
    expect((await refusal(() => readManifestText(folder.path('no.json')))).code).toBe('MANIFEST_NOT_FOUND')
    folder.write('a.json', '{}')
    expect((await refusal(() => readManifestText(folder.path('a.json/b.json')))).code).toBe(
      'MANIFEST_NOT_FOUND',
    )
    // A name longer than a file system takes: even root cannot read it.
    const error = await refusal(() => readManifestText(folder.path('x'.repeat(300))))
    expect(error.code).toBe('MANIFEST_INVALID')
    expect(error.message).toContain('cannot be read: ENAMETOOLONG')
  })
})
