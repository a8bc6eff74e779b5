import type { LockOwner } from '@whimbrel/core'
import { redactText } from '../redact-text.ts'

/** Who has a lock, as the end of a sentence; nothing where nobody knows. */
export function describeHolder(holder: LockOwner | undefined): string {
  if (holder === undefined) return ''
  const { command, pid, host, since } = holder
  return `, held by "${redactText(command)}" (process ${pid} on ${host}, since ${since})`
}
