import type { Engine } from './engine.ts'

/** Looks at a file on a new connection: what is wrong with it, undefined when it is whole. */
export function secondLook(engine: Engine, path: string): string | undefined {
  try {
    const handle = new engine(path, { fileMustExist: true })
    try {
      const [first] = handle.prepare('PRAGMA quick_check(1)').pluck().all() as string[]
      return first === 'ok' ? undefined : first
    } finally {
      handle.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
