import { join } from 'node:path'
import { cacheDirectory } from '@whimbrel/checks'
import { MigrateError, usage } from '@whimbrel/core'
import { checkNames } from '../check-names.ts'
import { ImageCache } from './image-cache.ts'

/** Where images of migrated databases are kept. */
export interface ImageCacheOptions {
  /** Folder, made where it is missing; default `whimbrel/images` in the user's cache folder. */
  readonly directory?: string
  /** How much room all images may take, in bytes; default 256 MiB. */
  readonly maxBytes?: number
}

const optionNames = ['directory', 'maxBytes'] satisfies (keyof ImageCacheOptions)[]
const DEFAULT_BYTES = 256 * 1024 * 1024
/** How much of it a process keeps at hand. */
const HELD_BYTES = 64 * 1024 * 1024

/** Images in use by this process, the newest last. */
const held = new Map<string, Uint8Array>()
const inTheMaking = new Map<string, Promise<Uint8Array>>()

/** Images by key: at hand in this process, or in a folder, or made and then kept. */
export class ImageStore {
  readonly #directory: string | undefined
  readonly #isChosen: boolean
  readonly #maxBytes: number

  /** Throws USAGE. */
  constructor(options: ImageCacheOptions = {}) {
    checkNames('cache', options, optionNames)
    const { directory, maxBytes = DEFAULT_BYTES } = options
    if (directory !== undefined && (typeof directory !== 'string' || directory === ''))
      throw usage('The folder of the cache is not a path', 'Give "directory" as a text, or leave it out')
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
      throw usage(`maxBytes is ${maxBytes}`, 'Give a whole number of bytes, 0 or more')
    const own = cacheDirectory(process.env)
    this.#directory = directory ?? (own && join(own, 'images'))
    this.#isChosen = directory !== undefined
    this.#maxBytes = maxBytes
  }

  /** Of several calls at the same time one makes the image. */
  async take(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const name = `${this.#directory}\0${key}`
    const known = held.get(name)
    if (known !== undefined) {
      hold(name, known)
      return known
    }
    const making = inTheMaking.get(name) ?? this.#readOrMake(key, make)
    inTheMaking.set(name, making)
    try {
      const image = await making
      hold(name, image)
      return image
    } finally {
      inTheMaking.delete(name)
    }
  }

  async #readOrMake(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#directory === undefined) return make()
    const cache = new ImageCache(this.#directory, this.#maxBytes)
    const kept = cache.read(key)
    if (kept !== undefined) return kept
    const image = await make()
    try {
      cache.write(key, image)
    } catch (error) {
      // Without a folder of its own choice nobody has asked for anything to be kept.
      if (this.#isChosen) throw cannotKeep(this.#directory, error)
    }
    return image
  }
}

function hold(name: string, image: Uint8Array): void {
  held.delete(name)
  held.set(name, image)
  let bytes = 0
  for (const each of held.values()) bytes += each.length
  for (const [oldest, each] of held) {
    if (bytes <= HELD_BYTES || oldest === name) return
    held.delete(oldest)
    bytes -= each.length
  }
}

function cannotKeep(directory: string, cause: unknown): MigrateError {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException
  return new MigrateError('USAGE', `Nothing can be kept in the cache ${directory} (${code})`, {
    hint: 'Give a folder that can be written as "directory", or "cache: false" to run the migrations every time',
    cause,
  })
}
