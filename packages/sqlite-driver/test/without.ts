import type { Without } from '@whimbrel/testing'

/** Why the engine goes without what other engines have. */
export const sqliteWithout: Without = {
  settles:
    'such a statement is counted as done when it ends, and those that SQLite refuses in a transaction do no harm when they run twice',
  givesWay: 'every statement waits by itself, for `busy_timeout`',
  prepares: 'everything is checked before the commit, and a commit checks nothing',
}
