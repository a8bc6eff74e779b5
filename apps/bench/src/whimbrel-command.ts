import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../packages/cli/', import.meta.url)

/** Version of the whimbrel command in this workspace. */
export function whimbrelVersion(): string {
  return manifest().version
}

/** The built whimbrel command, as a person would start it. */
export function whimbrelCommand(...args: readonly string[]): readonly string[] {
  return [process.execPath, fileURLToPath(new URL(manifest().bin.whimbrel, folder)), ...args]
}

function manifest(): { readonly version: string; readonly bin: { readonly whimbrel: string } } {
  return JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
}
