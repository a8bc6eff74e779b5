import {
  type Applied,
  type Dialect,
  MigrateError,
  type MigrationFunction,
  type Script,
  type Session,
  type Statement,
} from '@whimbrel/core'
import type { RecordedScripts } from './recorded-scripts.ts'

/** Rows make no schema, and there is no file to rewrite: what only touches these is left out. */
const leftOut = new Set([
  ...['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'WITH', 'VALUES', 'EXPLAIN', 'MERGE', 'COPY', 'TRUNCATE'],
  ...['ANALYZE', 'REINDEX', 'VACUUM'],
])
/** Settings of a file, which a database in memory does not have. */
const ofFile =
  /^PRAGMA\s+(?:\w+\s*\.\s*)?["'[`]?(?:journal_mode|locking_mode|wal_\w+|auto_vacuum|page_size|mmap_size)\b/i

/**
 * Runs what the records stand for on a scratch session, in order of application, and returns what went wrong, each
 * with REPLAY_INCOMPLETE. A migration that fails leaves nothing behind, as it would have in a run.
 */
export async function replay(
  scratch: Session,
  records: readonly Applied[],
  { scripts, dialect }: { readonly scripts: Pick<RecordedScripts, 'of'>; readonly dialect: Dialect },
): Promise<readonly MigrateError[]> {
  const problems: MigrateError[] = []
  // What one migration adds to a type the next one could not use in the same transaction.
  const groups = dialect.transaction === 'each' ? records.map((record): Group => [record]) : groupsOf(records)
  for (const group of groups) {
    const work = async () => {
      for (const record of group) {
        const problem = await tried(record, () => replayOne(scratch, record, scripts))
        if (problem !== undefined) problems.push(problem)
      }
    }
    const [{ transactional, foreignKeys }] = group
    if (transactional) await scratch.transaction(work, { foreignKeys })
    else await work()
  }
  return problems
}

type Group = readonly [Applied, ...Applied[]]

/** Neighbours that can share a transaction. */
function groupsOf(records: readonly Applied[]): readonly Group[] {
  const groups: [Applied, ...Applied[]][] = []
  for (const record of records) {
    const group = groups.at(-1)
    const fits =
      group?.[0].transactional === record.transactional && group[0].foreignKeys === record.foreignKeys
    if (group !== undefined && fits) group.push(record)
    else groups.push([record])
  }
  return groups
}

async function replayOne(
  scratch: Session,
  record: Applied,
  scripts: Pick<RecordedScripts, 'of'>,
): Promise<void> {
  const { up, down } = await scripts.of(record)
  const { state, direction, progress } = record
  const done = progress ?? 0
  const run = async () => {
    await runAll(scratch, up, state === 'in-doubt' && direction === 'up' ? done : undefined)
    if (state === 'in-doubt' && direction === 'down' && down !== undefined) await runAll(scratch, down, done)
  }
  if (record.transactional) await scratch.transaction(run)
  else await run()
}

/** Runs the first statements of a script, all of them where no number is given. */
async function runAll(scratch: Session, { sql, statements, run }: Script, number?: number): Promise<void> {
  if (run !== undefined) return runCode(scratch, run)
  for (const statement of statements.slice(0, number)) {
    const text = sql.slice(statement.start, statement.end)
    if (makesSchema(statement, text)) await scratch.execute(text)
  }
}

/** It may have made something; without the rows that it was written for it may fail, too. */
async function runCode(scratch: Session, run: MigrationFunction): Promise<void> {
  try {
    await run(scratch)
  } catch (error) {
    if (MigrateError.is(error)) throw error
    throw new MigrateError('CODE_FAILED', `its code failed: ${String(error)}`, {
      hint: 'Correct the function',
      cause: error,
    })
  }
}

function makesSchema({ verb }: Statement, text: string): boolean {
  return !leftOut.has(verb) && !(verb === 'PRAGMA' && ofFile.test(text))
}

async function tried({ id }: Applied, work: () => Promise<void>): Promise<MigrateError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    if (error.code === 'REPLAY_INCOMPLETE') return error
    return new MigrateError('REPLAY_INCOMPLETE', `${id} cannot be replayed: ${error.message}`, {
      hint: `Look at what comes before ${id}: it needs something that the records before it do not make`,
      details: { migration: id },
      cause: error,
    })
  }
}
