import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SqlValue } from '@whimbrel/core'
import type { KeptFooter, KeptHeader } from './kept-file.ts'
import { encodeValue } from './kept-value.ts'

/** How many characters are collected before they are written. */
const CHUNK = 256 * 1024

/** Writes a file of kept rows row by row. It has its name only when all of it is on the disk. */
export class KeptFileWriter {
  readonly #path: string
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')
  readonly #rows: number[]
  #text = ''

  private constructor(path: string, file: FileHandle, header: KeptHeader) {
    this.#path = path
    this.#file = file
    this.#rows = header.tables.map(() => 0)
    this.#text = `${JSON.stringify(header)}\n`
  }

  /** The directory has to exist. Nobody else may read the rows. */
  static async open(path: string, header: KeptHeader): Promise<KeptFileWriter> {
    return new KeptFileWriter(path, await open(temporary(path), 'w', 0o600), header)
  }

  /** True when it is time to `flush`: awaiting each row would take as long as writing it. */
  add(table: number, values: readonly SqlValue[]): boolean {
    this.#text += `${JSON.stringify([table, values.map(encodeValue)])}\n`
    this.#rows[table] = (this.#rows[table] ?? 0) + 1
    return this.#text.length >= CHUNK
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    this.#hash.update(bytes)
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#file.write(bytes, written)).bytesWritten
    }
  }

  /** From here on the file is there, whatever happens. */
  async finish(): Promise<void> {
    await this.flush()
    const footer: KeptFooter = { rows: this.#rows, sha256: this.#hash.digest('hex') }
    await this.#file.write(`${JSON.stringify(footer)}\n`)
    await this.#file.sync()
    await this.#file.close()
    await rename(temporary(this.#path), this.#path)
    await syncDirectory(dirname(this.#path))
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await rm(temporary(this.#path), { force: true }).catch(() => undefined)
  }
}

function temporary(path: string): string {
  return `${path}.tmp`
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
