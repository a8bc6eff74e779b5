import { linkSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Gives every file of one folder a second name in another: new paths for a tool, nothing to write for the disk. */
export function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [old, fresh] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(old, fresh)
    else linkSync(old, fresh)
  }
}
