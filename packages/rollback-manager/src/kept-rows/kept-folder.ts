import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Step } from '@whimbrel/core'
import { makeDirectoryDurably } from '../backup/durable-files.ts'
import { expired } from '../retention/expired.ts'
import type { RetentionPolicy } from '../retention/retention-policy.ts'

/** A file of kept rows, from its name alone. */
export interface KeptFileName {
  readonly name: string
  readonly path: string
  /** UTC, ISO 8601 with milliseconds. */
  readonly recordedAt: string
  /** Id of the migration. */
  readonly migration: string
  /** Beginning of the id of the run. */
  readonly run: string
}

const pattern = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z_(.+)_([0-9a-f]{8})\.jsonl$/

/** The folder that files of kept rows of one database are in. */
export class KeptFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  async make(): Promise<void> {
    await makeDirectoryDurably(this.path)
    // Under the lock of the database nobody else is writing one.
    for (const name of await this.#names()) {
      if (name.endsWith('.jsonl.tmp')) await rm(join(this.path, name), { force: true })
    }
  }

  /** `2026-11-20T140307123Z_003_add_roles_1f0c9a2b.jsonl`: sorted by name they are sorted by time. */
  pathFor({ id }: Pick<Step, 'id'>, { time, runId }: { time: string; runId: string }): string {
    const stamp = time.replaceAll(/(?<=T.*)[:.]/g, '')
    return join(this.path, `${stamp}_${id}_${runId.slice(0, 8)}.jsonl`)
  }

  /** Newest first; empty where there is no folder. */
  async list(): Promise<readonly KeptFileName[]> {
    const files = (await this.#names()).flatMap((name): KeptFileName[] => {
      const [, day, hour, minute, second, ms, migration, run] = pattern.exec(name) ?? []
      if (migration === undefined || run === undefined) return []
      const recordedAt = `${day}T${hour}:${minute}:${second}.${ms}Z`
      return [{ name, path: join(this.path, name), recordedAt, migration, run }]
    })
    return files.sort((a, b) => (a.name < b.name ? 1 : -1))
  }

  /** Removes what the policy no longer keeps, but nothing of this run. */
  async retain(policy: RetentionPolicy, runId: string): Promise<void> {
    const files = await Promise.all(
      (await this.list()).map(async (file) => ({
        ...file,
        bytes: (await stat(file.path)).size,
        protected: file.run === runId.slice(0, 8),
      })),
    )
    for (const { path } of expired(files, policy)) await rm(path, { force: true })
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}
