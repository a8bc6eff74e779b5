import { hostname, userInfo } from 'node:os'
import type { Runner } from '../run/runner-options.ts'

/** Says who this process is, for records and locks: `user@host`, host, pid and the command. */
export function processOwner(command: string, toolVersion = 'unknown'): Runner {
  const host = hostname()
  return { by: `${userName()}@${host}`, host, pid: process.pid, command, toolVersion }
}

/** A user without an entry in the user database, as in many containers, has only a number. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
