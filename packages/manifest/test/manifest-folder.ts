import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { afterEach, beforeEach, expect } from 'vitest'
import { type Manifest, type ReadManifestOptions, readManifest } from '../src/index.ts'

/** A folder of its own for every test, removed afterwards. */
export function useManifestFolder() {
  let folder = ''
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'whimbrel-')))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const path = (name = '') => join(folder, name)
  const write = (name: string, content: string | Uint8Array | object): string => {
    mkdirSync(dirname(path(name)), { recursive: true })
    const isRaw = typeof content === 'string' || content instanceof Uint8Array
    writeFileSync(path(name), isRaw ? content : JSON.stringify(content, null, 2))
    return path(name)
  }
  const read = (
    content: string | Uint8Array | object,
    options: Partial<ReadManifestOptions> = {},
  ): Promise<Manifest> => readManifest(write('manifest.json', content), { env: {}, ...options })
  const refuse = (content: string | Uint8Array | object, options: Partial<ReadManifestOptions> = {}) =>
    refusal(read(content, options))
  return { path, write, read, refuse }
}

/** The MigrateError that a call ends with. */
export async function refusal(call: Promise<unknown> | (() => unknown)): Promise<MigrateError> {
  try {
    await (typeof call === 'function' ? call() : call)
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
  return expect.fail('nothing was refused')
}

/** Every problem that an error tells, the first one with its hint. */
export function problemsOf(error: MigrateError): readonly string[] {
  return [`${error.message}. ${error.hint}`, ...(error.details.problems as readonly string[])]
}
