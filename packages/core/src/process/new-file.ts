import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ErrorCode } from '../error-codes.ts'
import { MigrateError } from '../migrate-error.ts'

/** A file that is written piece by piece, and gone again where that fails. */
export class NewFile {
  readonly path: string
  readonly #handle: FileHandle
  #bytes = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Makes it. Throws FILE_EXISTS, DATABASE_UNREACHABLE, DATABASE_READ_ONLY, DATABASE_FULL, DATABASE_IO. */
  static async make(path: string): Promise<NewFile> {
    return new NewFile(
      path,
      await open(path, 'wx').catch((error: unknown) => Promise.reject(fileError(error, path))),
    )
  }

  /** Bytes that were written so far. */
  get bytes(): number {
    return this.#bytes
  }

  async append(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    onBytes?: (bytes: number) => void,
  ): Promise<void> {
    for await (const chunk of chunks) {
      try {
        await this.#handle.writeFile(chunk)
      } catch (error) {
        throw fileError(error, this.path)
      }
      this.#bytes += chunk.length
      onBytes?.(this.#bytes)
    }
  }

  /** Makes it durable. */
  async finish(): Promise<void> {
    try {
      await this.#handle.sync()
      await this.#handle.close()
      const directory = await open(dirname(this.path), 'r')
      await directory.sync().finally(() => directory.close())
    } catch (error) {
      throw fileError(error, this.path)
    }
  }

  async remove(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    await rm(this.path, { force: true })
  }
}

const translations: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
  EEXIST: [
    'FILE_EXISTS',
    'There is already something at',
    'Move it away, or give another name: nothing is overwritten',
  ],
  ENOSPC: ['DATABASE_FULL', 'There is no space left for', 'Free space there, then run the command again'],
  EDQUOT: ['DATABASE_FULL', 'There is no space left for', 'Free space there, then run the command again'],
  EACCES: ['DATABASE_READ_ONLY', 'Nothing may be written to', 'Let the user who runs this write there'],
  EROFS: ['DATABASE_READ_ONLY', 'Nothing may be written to', 'Let the user who runs this write there'],
  ENOENT: ['DATABASE_UNREACHABLE', 'There is no folder for', 'Make it, or give another path'],
  ENOTDIR: ['DATABASE_UNREACHABLE', 'There is no folder for', 'Make it, or give another path'],
}

function fileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const [code, message, hint] = translations[String(error.code)] ?? [
    'DATABASE_IO',
    'Writing failed at',
    'Look at the disk',
  ]
  return new MigrateError(code, `${message} ${path}`, {
    hint,
    details: { engineCode: error.code },
    cause: error,
  })
}
