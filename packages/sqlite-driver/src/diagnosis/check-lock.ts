import { hostname } from 'node:os'
import type { Diagnosis, LockOwner } from '@whimbrel/core'
import { readOwner } from '../file-lock.ts'
import type { FileContext } from './diagnosis-context.ts'

/** Who migrates the database now. Only read: a look never keeps anybody from taking the lock. */
export function checkLock({ file, engine }: FileContext): readonly Diagnosis[] {
  if (file.sizeBeside('.lock') === undefined) return [free('nobody has ever taken it')]
  const owner = readOwner(file.beside('.lock'), engine)
  if (owner === undefined) return [free('nobody holds it')]
  const who = `${owner.command} (process ${owner.pid} on ${owner.host}, since ${owner.since})`
  if (isGone(owner)) return [free(`nobody holds it: ${who} is gone`)]
  return [{ name: 'lock', verdict: 'note', message: `held by ${who}` }]
}

function free(message: string): Diagnosis {
  return { name: 'lock', verdict: 'ok', message }
}

/** Of a process of another machine nothing can be told. */
function isGone({ host, pid }: LockOwner): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
