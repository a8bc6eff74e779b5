import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { MigrateError } from '@whimbrel/core'

/** Where a manifest may be, in any folder from the working directory upwards. */
const places = ['databases/manifest.json', 'whimbrel.json'] as const

export interface FindManifestOptions {
  /** Folder to begin in. */
  readonly cwd: string
  /** What `--manifest` names, relative to `cwd`. */
  readonly explicit?: string | undefined
  /** What names it, for messages; default `--manifest`. */
  readonly by?: string | undefined
  /** Looked at for WHIMBREL_MANIFEST, relative to `cwd`; an empty value counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Absolute path of the manifest: the one that was named, else the first `databases/manifest.json` or
 * `whimbrel.json` from `cwd` upwards.
 *
 * @throws MANIFEST_NOT_FOUND when there is none, USAGE when an empty name was given
 * @throws MANIFEST_INVALID when one folder has both
 */
export function findManifest({ cwd, explicit, by = '--manifest', env }: FindManifestOptions): string {
  if (explicit !== undefined) return named(explicit, { cwd, by })
  if (env.WHIMBREL_MANIFEST) return named(env.WHIMBREL_MANIFEST, { cwd, by: 'WHIMBREL_MANIFEST' })
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = places.map((place) => join(folder, place)).filter(exists)
    if (found.length > 1) throw ambiguous(found)
    if (found[0] !== undefined) return found[0]
    if (dirname(folder) === folder)
      throw notFound(`There is no manifest in ${resolve(cwd)} or a folder above it`, by)
  }
}

function named(path: string, { cwd, by }: { readonly cwd: string; readonly by: string }): string {
  if (path.trim() === '') {
    throw new MigrateError('USAGE', `${by} names no file: its value is empty`, {
      hint: `Give ${by} the path of a manifest, or leave it away to look for databases/manifest.json`,
    })
  }
  const file = resolve(cwd, path)
  if (!exists(file)) throw notFound(`There is no manifest at ${file}, which ${by} names`, by)
  return file
}

/** What may not be looked at counts as there: reading it tells why. */
function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

function notFound(message: string, by: string): MigrateError {
  // An application has no flags.
  const hint = by.startsWith('the option')
    ? `Run "whimbrel init" to make one, or name one with ${by}; for a single database "url" and "migrations" do without`
    : 'Run "whimbrel init" to make one, name one with --manifest FILE, or do without: whimbrel up --url sqlite:app.db --migrations ./migrations'
  return new MigrateError('MANIFEST_NOT_FOUND', message, {
    hint,
    details: { looked: places },
  })
}

function ambiguous(found: readonly string[]): MigrateError {
  return new MigrateError(
    'MANIFEST_INVALID',
    `There are two manifests in one folder: ${found.join(' and ')}`,
    {
      hint: 'Remove one of them, or name the one that counts with --manifest FILE',
      details: { found },
    },
  )
}
