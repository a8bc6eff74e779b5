import type { LockOwner } from '@whimbrel/core'

/** `pg_stat_activity` keeps 1,024 bytes of a statement. */
const LONGEST_TEXT = 280
const mark = 'whimbrel-lock'

/** Who takes a lock, as a comment for the statement that takes it: nothing in it can end the comment. */
export function ownerComment({ host, pid, command, since }: LockOwner): string {
  const fields = [host, String(pid), command, since].map(encoded)
  return `/* ${mark} ${fields.join(' ')} */`
}

function encoded(text: string): string {
  // Half of a character cannot be encoded.
  const whole = Buffer.from(text.slice(0, LONGEST_TEXT)).toString()
  return encodeURIComponent(whole).replaceAll('*', '%2A').slice(0, LONGEST_TEXT)
}

/** The owner that a statement names, undefined where it names none. */
export function readOwnerComment(sql: string): LockOwner | undefined {
  const [, ...fields] = new RegExp(`/\\* ${mark} (\\S*) (\\d+) (\\S*) (\\S*) \\*/`).exec(sql) ?? []
  const [host, pid, command, since] = fields.map(decoded)
  if (host === undefined || command === undefined || since === undefined) return undefined
  return { host, pid: Number(pid), command, since }
}

/** Text that was cut off in the middle of a character is shown without it, and what nobody here wrote as it is. */
function decoded(text: string): string {
  const whole = text.replace(/%[0-9A-F]?$/, '')
  for (const readable of [whole, whole.replace(/(%[0-9A-F]{2})+$/, '')]) {
    try {
      return decodeURIComponent(readable)
    } catch {
      // The next one is shorter.
    }
  }
  return text
}
