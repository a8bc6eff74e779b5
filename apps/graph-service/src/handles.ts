import { MigrateError } from '@whimbrel/core'
import { openDatabase } from '@whimbrel/sqlite-driver'
import type { Target } from './target.ts'

/** A better-sqlite3 handle. */
export type Handle = Awaited<ReturnType<typeof openDatabase>>

/** The open databases of the service, by name. */
export class Handles {
  readonly #handles = new Map<string, Handle>()

  /** Opens all of them with the pragmas of the manifest, or none. Throws the DATABASE_… codes. */
  static async open(targets: readonly Target[]): Promise<Handles> {
    const opened = new Handles()
    try {
      for (const { name, path, pragmas } of targets) {
        opened.#handles.set(name, await openDatabase(path, { pragmas }))
      }
      return opened
    } catch (error) {
      opened.close()
      throw error
    }
  }

  /** Throws DATABASE_UNKNOWN. */
  get(name: string): Handle {
    const handle = this.#handles.get(name)
    if (handle !== undefined) return handle
    throw new MigrateError('DATABASE_UNKNOWN', `This service needs a database "${name}"`, {
      hint: `Add it to the manifest, which names ${[...this.#handles.keys()].join(', ') || 'none'}`,
    })
  }

  close(): void {
    for (const handle of this.#handles.values()) handle.close()
  }
}
