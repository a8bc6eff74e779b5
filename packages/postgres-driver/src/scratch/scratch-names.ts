import { randomBytes } from 'node:crypto'

/** Every scratch database has a name that begins like this. */
const prefix = 'whimbrel_scratch_'

/** Seconds after which a scratch database that nobody is connected to was left over. */
const GRACE = 120

/** A name that nobody else has; the time in it is that of the server, in seconds. */
export function scratchName(seconds: number): string {
  return `${prefix}${seconds.toString(36)}_${randomBytes(5).toString('hex')}`
}

/**
 * Databases whose process was killed: they have the name of one, nobody is connected, and they are too old to have been
 * made this moment. Only those that the role may drop.
 */
export const leftOverSql = `SELECT d.datname::text AS name FROM pg_database AS d
  WHERE d.datname LIKE '${prefix.replaceAll('_', '\\_')}%' AND pg_has_role(d.datdba, 'MEMBER')
    AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datid = d.oid)`

/** True for one that was made long enough ago; `seconds` is the time of the server. */
export function isOld(name: string, seconds: number): boolean {
  const made = Number.parseInt(name.slice(prefix.length).split('_')[0] ?? '', 36)
  return Number.isSafeInteger(made) && seconds - made > GRACE
}
