import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import type { ReplayCache } from './replay-cache.ts'

/** One file for each database and state of its history: the newest are kept. */
const KEPT_FILES = 24
const ownFile = /^replay-[0-9a-f]{64}\.json$/

/**
 * Where the files of one user's cache belong: `$XDG_CACHE_HOME/whimbrel`, or `~/.cache/whimbrel`; undefined where the
 * environment does not say where home is.
 */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: cache = '', HOME: home = env.USERPROFILE ?? '' } = env
  // A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  if (isAbsolute(cache)) return join(cache, 'whimbrel')
  return isAbsolute(home) ? join(home, '.cache', 'whimbrel') : undefined
}

/**
 * A cache in a folder, which is made where the one above that exists or can be made. A file is complete or not there; one that was damaged counts as not there. Where the folder
 * cannot be written, nothing is kept, and nobody hears of it.
 */
export function fileReplayCache(directory: string): ReplayCache {
  return {
    async read(key) {
      try {
        return contentOf(await readFile(pathOf(directory, key), 'utf8'))
      } catch {
        return undefined
      }
    },
    async write(key, text) {
      try {
        await makeFolder(dirname(directory))
        await makeFolder(directory)
        await writeAtomically(pathOf(directory, key), `${hashOf(text)}\n${text}`)
        await removeOldest(directory)
      } catch {
        // The next call does the work again.
      }
    },
  }
}

/** Not recursively: no home folder is made, and in /proc Node would never come to an end. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function pathOf(directory: string, key: string): string {
  return join(directory, `replay-${hashOf(key)}.json`)
}

function contentOf(file: string): string | undefined {
  const end = file.indexOf('\n')
  const text = file.slice(end + 1)
  return hashOf(text) === file.slice(0, end) ? text : undefined
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, text, { mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function removeOldest(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => ownFile.test(name))
  if (names.length <= KEPT_FILES) return
  const files = await Promise.all(
    names.map(async (name) => ({ name, writtenAt: (await stat(join(directory, name))).mtimeMs })),
  )
  const old = files.sort((a, b) => b.writtenAt - a.writtenAt).slice(KEPT_FILES)
  for (const { name } of old) await rm(join(directory, name), { force: true })
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
