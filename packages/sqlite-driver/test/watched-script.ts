import {
  type Damage,
  type Session,
  scriptFacts,
  sqliteDialect,
  toScript,
  type WatchOptions,
} from '@whimbrel/core'

/** Names and keywords as a run finds them. */
function factsOf(statements: readonly string[]) {
  return scriptFacts(toScript(statements.join(';\n'), { dialect: sqliteDialect }), sqliteDialect)
}

/** Runs a script in a transaction of its own and keeps it where nothing is damaged, as a run would. */
export async function runWatched(
  session: Session,
  statements: readonly string[],
  options: Partial<WatchOptions> = {},
): Promise<Damage> {
  const { foreignKeys = false, expectLoss = [] } = options
  let damage: Damage | undefined
  const work = async () => {
    damage = await runInside(session, statements, { foreignKeys, expectLoss })
    if (damage.violations.length + damage.dangling.length + damage.losses.length > 0)
      throw new Error('damaged')
  }
  await session.transaction(work, { foreignKeys }).catch((error: unknown) => {
    if (damage === undefined || (error as Error).message !== 'damaged') throw error
  })
  if (damage === undefined) throw new Error('nothing was watched')
  return damage
}

/** Runs a script in the transaction of the caller. */
export async function runInside(
  session: Session,
  statements: readonly string[],
  options: WatchOptions = { foreignKeys: false, expectLoss: [] },
): Promise<Damage> {
  const watch = await session.inspector?.watch(factsOf(statements), options)
  for (const statement of statements) await session.execute(statement)
  if (watch === undefined) throw new Error('This session has no inspector')
  return watch.finish()
}

export const unharmed: Damage = { violations: [], dangling: [], losses: [] }
