import { type Direction, MigrateError, resolveId } from '@whimbrel/core'
import { amendRecords } from '../amend-records.ts'
import type { Command, CommandContext } from '../command.ts'

function run(context: CommandContext<{ readonly reason?: string }>) {
  const [query = '', word = ''] = context.args
  const as = stateOf(word)
  return amendRecords('mark', context, async ({ tracker, source }, { session, run: identity }) => {
    const applied = await tracker.applied(session)
    // Files are not read: one that is wrong or gone is no reason to leave a doubt as it is.
    const records = applied.filter(({ state }) => state === 'in-doubt')
    const { entries } = await source.list()
    const inDoubt = new Set(records.map(({ version }) => version))
    const found = resolveId(query, [...records, ...entries.filter(({ version }) => !inDoubt.has(version))])
    const { reason } = context.options
    const record = applied.find(({ version }) => version === found.version)
    if (record === undefined) throw notBegun(found.id)
    const { id, direction } = record
    await tracker.settle(session, id, { as, run: identity, ...(reason === undefined ? {} : { reason }) })
    return [{ id, change: changeOf(direction, as) }]
  })
}

function stateOf(word: string): 'applied' | 'pending' {
  if (word === 'applied' || word === 'pending') return word
  throw new MigrateError('USAGE', `A migration cannot be marked "${word}"`, {
    hint: 'Mark it "applied" if its change is in the database, or "pending" if it is not',
  })
}

/** What became of it, for people. */
function changeOf(direction: Direction, as: 'applied' | 'pending'): string {
  const was = direction === 'up' ? 'was in doubt' : 'was in doubt in its rollback'
  return `${was} and counts as ${as} now`
}

function notBegun(id: string): MigrateError {
  return new MigrateError('NOT_IN_DOUBT', `${id} is pending and was not begun: there is nothing to mark`, {
    hint: `Apply it with "whimbrel up --to ${id}"; what the database already has is recorded with "whimbrel baseline"`,
    details: { migration: id },
  })
}

export const mark: Command = {
  name: 'mark',
  summary: 'Say of a migration in doubt whether its change is there',
  args: '<id> <applied|pending>',
  options: [{ flags: '--reason <text>', description: 'why, for the history' }],
  examples: [
    'whimbrel mark 008 applied --db knowledge_graph',
    'whimbrel mark 008 pending --db knowledge_graph',
  ],
  run,
}
