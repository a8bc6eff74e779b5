import { MigrateError, resolveId } from '@whimbrel/core'
import { amendRecords } from '../amend-records.ts'
import type { Command, CommandContext } from '../command.ts'

function run(context: CommandContext<{ readonly reason?: string }>) {
  const [query = '', word = ''] = context.args
  const as = stateOf(word)
  return amendRecords('mark', context, async ({ tracker, source }, { session, run: identity }) => {
    // Files are not read: one that is wrong or gone is no reason to leave a doubt as it is.
    const records = (await tracker.applied(session)).filter(({ state }) => state === 'in-doubt')
    const { entries } = await source.list()
    const inDoubt = new Set(records.map(({ version }) => version))
    const { id } = resolveId(query, [...records, ...entries.filter(({ version }) => !inDoubt.has(version))])
    const { reason } = context.options
    await tracker.settle(session, id, { as, run: identity, ...(reason === undefined ? {} : { reason }) })
    return [{ id, change: `was in doubt and counts as ${as} now` }]
  })
}

function stateOf(word: string): 'applied' | 'pending' {
  if (word === 'applied' || word === 'pending') return word
  throw new MigrateError('USAGE', `A migration cannot be marked "${word}"`, {
    hint: 'Mark it "applied" if its change is in the database, or "pending" if it is not',
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
