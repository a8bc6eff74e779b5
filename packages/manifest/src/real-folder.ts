import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A folder with its links resolved as far as it exists. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realFolder(parent), basename(path))
  }
}
