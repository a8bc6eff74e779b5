import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Diagnosis } from '@whimbrel/core'
import type { FileContext } from './diagnosis-context.ts'

/** Where the file is, and who may read and write it and its folder. */
export function checkFile({ file }: FileContext): readonly Diagnosis[] {
  const { path } = file
  if (!file.exists()) return [missing(path)]
  file.checkKind()
  const real = realpathSync(path)
  const link = real === path ? '' : `, a link to ${real}`
  return [{ name: 'file', verdict: 'ok', message: `${path}${link}` }, rights(real)]
}

function missing(path: string): Diagnosis {
  const folder = nearestFolder(path)
  if (permits(folder, constants.W_OK))
    return { name: 'file', verdict: 'note', message: `${path} does not exist yet: "whimbrel up" makes it` }
  return {
    name: 'file',
    verdict: 'problem',
    message: `${path} does not exist, and cannot be made: ${folder} cannot be written to`,
    hint: `Give the user who runs this the right to write to ${folder}, or correct the path`,
  }
}

function rights(real: string): Diagnosis {
  const folder = dirname(real)
  const mode = `${octal(real)} the file, ${octal(folder)} its folder`
  const denied = [
    ...(permits(real, constants.R_OK) ? [] : ['the file cannot be read']),
    ...(permits(real, constants.W_OK) ? [] : ['the file cannot be written to']),
    ...(permits(folder, constants.W_OK) ? [] : [`its folder ${folder} cannot be written to`]),
  ]
  if (denied.length === 0)
    return { name: 'rights', verdict: 'ok', message: `may be read and written, ${mode}` }
  return {
    name: 'rights',
    verdict: permits(real, constants.R_OK) ? 'note' : 'problem',
    message: `${denied.join(', ')} (${mode})`,
    hint: 'To migrate it, give the user who runs this the right to write to the file and to its folder',
  }
}

function nearestFolder(path: string): string {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : nearestFolder(folder)
}

function octal(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
}

function permits(path: string, right: number): boolean {
  try {
    accessSync(path, right)
    return true
  } catch {
    return false
  }
}
