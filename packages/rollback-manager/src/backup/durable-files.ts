import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, relative } from 'node:path'

/** Writes a new file and makes its content durable. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a directory, with those above it, such that a loss of power does not take it with all that is in it. */
export async function makeDirectoryDurably(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true })
  if (topmost === undefined) return
  for (let made = path; !relative(topmost, made).startsWith('..'); made = dirname(made)) {
    await syncDirectory(dirname(made))
  }
}

/** Gives a file another name in its directory, for good. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncDirectory(dirname(to))
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** SHA-256 of a file in hex. Not for a database that somebody has open: closing it would drop the locks on it. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
