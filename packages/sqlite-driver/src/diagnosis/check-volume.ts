import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Diagnosis } from '@whimbrel/core'
import type { FileContext } from './diagnosis-context.ts'

/** Types of Linux' statfs(2) that are reached over a network; locks of SQLite are not to be relied on there. */
const networks: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
])
const FUSE = 0x65735546
/** Less than this is too little for anything. */
const LITTLE = 16 * 1024 * 1024

/** Free space, and whether the file is on a disk of this machine. */
export function checkVolume({ file: { path } }: FileContext): readonly Diagnosis[] {
  const { type, bavail, bsize } = statfsSync(nearest(path))
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return [space(bavail * bsize, size), kind(type)]
}

function space(free: number, size: number): Diagnosis {
  const message = `${megabytes(free)} free, the database takes ${megabytes(size)}`
  const hint = 'Make room: a rebuild of a table, a backup and the log beside the file each need as much again'
  if (free < LITTLE) return { name: 'free space', verdict: 'problem', message, hint }
  return free < 2 * size
    ? { name: 'free space', verdict: 'note', message, hint }
    : { name: 'free space', verdict: 'ok', message }
}

function kind(type: number): Diagnosis {
  const network = networks.get(type >>> 0)
  if (network !== undefined) {
    return {
      name: 'file system',
      verdict: 'problem',
      message: `${network}, over a network: locks do not hold there, and WAL does not work`,
      hint: 'Move the file to a disk of this machine',
    }
  }
  return type >>> 0 === FUSE
    ? {
        name: 'file system',
        verdict: 'note',
        message: 'FUSE, which may be a network: locks may not hold there',
      }
    : { name: 'file system', verdict: 'ok', message: 'of this machine' }
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
