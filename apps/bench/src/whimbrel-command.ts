import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The built whimbrel command, as a person would start it. */
export function whimbrelCommand(...args: readonly string[]): readonly string[] {
  const folder = new URL('../../../packages/cli/', import.meta.url)
  const manifest: { bin: { whimbrel: string } } = JSON.parse(
    readFileSync(new URL('package.json', folder), 'utf8'),
  )
  return [process.execPath, fileURLToPath(new URL(manifest.bin.whimbrel, folder)), ...args]
}
