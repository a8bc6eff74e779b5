import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Diagnosis, MigrateError } from '@whimbrel/core'
import type { Target, Targets } from './target.ts'
import { version } from './version.ts'

/** What runs here: one line for the program, one for Node. */
export function diagnoseProgram(): readonly Diagnosis[] {
  const { versions, platform, arch } = process
  return [
    { name: 'whimbrel', verdict: 'ok', message: version },
    { name: 'node', verdict: 'ok', message: `${versions.node} on ${platform} ${arch}` },
  ]
}

/** Which databases there are, and where that is written. */
export function diagnoseManifest({ manifest, environment, all }: Targets): readonly Diagnosis[] {
  const names = all.map(({ name }) => name).join(', ')
  if (manifest === undefined)
    return [{ name: 'manifest', verdict: 'ok', message: `none is used: ${names} by its url` }]
  const selected = environment === undefined ? 'no environment' : `environment ${environment}`
  const guard = manifest.protected ? ', protected' : ''
  return [
    { name: 'manifest', verdict: 'ok', message: `${manifest.path}: ${names}` },
    { name: 'environment', verdict: 'ok', message: `${selected}${guard}` },
  ]
}

/** A manifest that cannot be used is what the doctor was called for. */
export function manifestProblem({ message, hint }: MigrateError): Diagnosis {
  return { name: 'manifest', verdict: 'problem', message, hint }
}

/** Whether backups can be written. */
export function diagnoseBackups({ backup: { directory }, backupLabel }: Target): Diagnosis {
  const existing = nearest(directory)
  if (!statSync(existing).isDirectory() || !isWritable(existing)) {
    return {
      name: 'backups',
      verdict: 'problem',
      message: `${backupLabel} cannot be written: ${existing} is no folder that may be written to`,
      hint: 'Give the user who runs this the right to write there, or set "backup": { "directory": … } in the manifest',
    }
  }
  const state = existing === directory ? 'can be written' : 'is made by the first backup'
  return { name: 'backups', verdict: 'ok', message: `${backupLabel} ${state}` }
}

/** Whether there is all that copying a database takes; nothing where the driver needs nothing. */
export async function diagnoseCopying({ driver, backup }: Target): Promise<readonly Diagnosis[]> {
  if (driver.snapshots?.obstacle === undefined) return []
  const name = 'copying'
  try {
    const obstacle = await driver.snapshots.obstacle()
    if (obstacle === undefined) return [{ name, verdict: 'ok', message: 'backups can be made and restored' }]
    const verdict = backup.before === 'never' ? 'note' : 'problem'
    return [{ name, verdict, message: `No backup can be made: ${obstacle.message}`, hint: obstacle.hint }]
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    return [{ name, verdict: 'problem', message: error.message, hint: error.hint }]
  }
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
