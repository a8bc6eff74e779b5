import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Endings of names that the system runs; `.cmd` and `.bat` need a shell and are left out. */
const endings = process.platform === 'win32' ? ['.exe', '.com'] : ['']

/** Absolute path of the first of these programs that the PATH leads to, undefined where there is none. */
export function findProgram(
  names: readonly string[],
  path: string | undefined = process.env.PATH,
): string | undefined {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const name of names) {
    for (const folder of folders) {
      const found = endings.map((ending) => join(folder, name + ending)).find(isProgram)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
