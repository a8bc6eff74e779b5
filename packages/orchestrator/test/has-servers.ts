import process from 'node:process'
import { it } from 'vitest'
import { atPlace, servers } from './engine.ts'

/** True where the tests of a file can run. Without a server one skipped test says so; under CI it fails. */
export async function hasServers(...engines: readonly ('postgres' | 'mysql')[]): Promise<boolean> {
  for (const engine of engines) {
    const error = await atPlace({ engine, url: servers[engine] }, 'SELECT 1').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) continue
    const title = `needs a server of ${engine}: TEST_${engine.toUpperCase()}_URL, or one on this machine`
    if (process.env.CI === 'true') {
      it(title, () => {
        throw error
      })
    } else it.skip(title)
    return false
  }
  return true
}
