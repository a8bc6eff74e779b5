import { mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refusal, useManifestFolder } from '../test/manifest-folder.ts'
import { findManifest } from './find-manifest.ts'

describe('findManifest', () => {
  const folder = useManifestFolder()
  const deep = () => {
    mkdirSync(folder.path('src/deep'), { recursive: true })
    return folder.path('src/deep')
  }

  it('finds databases/manifest.json or whimbrel.json in a folder above', () => {
    folder.write('whimbrel.json', '{}')
    expect(findManifest({ cwd: deep(), env: {} })).toBe(folder.path('whimbrel.json'))
    folder.write('src/databases/manifest.json', '{}')
    expect(findManifest({ cwd: deep(), env: {} })).toBe(folder.path('src/databases/manifest.json'))
    expect(findManifest({ cwd: folder.path('src/databases'), env: {} })).toBe(
      folder.path('src/databases/manifest.json'),
    )
  })

  it('prefers the flag to the variable, and the variable to looking', () => {
    folder.write('whimbrel.json', '{}')
    folder.write('a.json', '{}')
    folder.write('b.json', '{}')
    const cwd = folder.path()
    const env = { WHIMBREL_MANIFEST: 'b.json' }
    expect(findManifest({ cwd, explicit: 'a.json', env })).toBe(folder.path('a.json'))
    expect(findManifest({ cwd, env })).toBe(folder.path('b.json'))
    expect(findManifest({ cwd, env: { WHIMBREL_MANIFEST: '' } })).toBe(folder.path('whimbrel.json'))
  })

  it('says what can be done when there is none', async () => {
    const error = await refusal(() => findManifest({ cwd: deep(), env: {} }))
    expect(error).toMatchObject({ code: 'MANIFEST_NOT_FOUND', exitCode: 2 })
    expect(error.message).toBe(`There is no manifest in ${deep()} or a folder above it`)
    expect(error.hint).toContain('whimbrel init')
    expect(error.hint).toContain('--manifest')
    expect(error.hint).toContain('--url sqlite:app.db --migrations ./migrations')
  })

  it('does not look elsewhere when the one that was named is missing', async () => {
    folder.write('whimbrel.json', '{}')
    const byFlag = await refusal(() => findManifest({ cwd: folder.path(), explicit: 'no.json', env: {} }))
    expect(byFlag.message).toBe(`There is no manifest at ${folder.path('no.json')}, which --manifest names`)
    const env = { WHIMBREL_MANIFEST: 'no.json' }
    const byVariable = await refusal(() => findManifest({ cwd: folder.path(), env }))
    expect(byVariable.message).toContain('WHIMBREL_MANIFEST')
    expect(byVariable.code).toBe('MANIFEST_NOT_FOUND')
  })

  it('refuses an empty flag instead of looking for a manifest', async () => {
    folder.write('whimbrel.json', '{}')
    const error = await refusal(() => findManifest({ cwd: folder.path(), explicit: '', env: {} }))
    expect(error).toMatchObject({ code: 'USAGE', message: '--manifest names no file: its value is empty' })
  })

  it('names both when one folder has two', async () => {
    const one = folder.write('databases/manifest.json', '{}')
    const two = folder.write('whimbrel.json', '{}')
    const error = await refusal(() => findManifest({ cwd: deep(), env: {} }))
    expect(error.code).toBe('MANIFEST_INVALID')
    expect(error.message).toBe(`There are two manifests in one folder: ${one} and ${two}`)
    expect(error.hint).toContain('--manifest')
  })

  it('passes a link that leads nowhere by', async () => {
    symlinkSync('nowhere', folder.path('whimbrel.json'))
    expect((await refusal(() => findManifest({ cwd: folder.path(), env: {} }))).code).toBe(
      'MANIFEST_NOT_FOUND',
    )
  })
})
