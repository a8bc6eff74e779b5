import type { Damage, ScriptFacts, Watch, WatchOptions } from '@whimbrel/core'
import type { Connection } from '../connection.ts'
import { DanglingKeys } from './dangling-keys.ts'
import type { ForeignKey } from './foreign-keys.ts'
import { type Reach, reachOf } from './reach.ts'
import { RowLosses } from './row-losses.ts'
import type { SchemaLinks } from './schema-links.ts'
import type { ViolationBaseline } from './violation-baseline.ts'

export interface WatchContext {
  readonly connection: Connection
  readonly links: SchemaLinks
  readonly baseline: ViolationBaseline
}

const nothing: Damage = { violations: [], dangling: [], losses: [] }

/**
 * What can go wrong by the words of a script. Everything else is not even looked at: nearly every migration pays
 * for nothing but this.
 */
export function dangersOf({ keywords }: ScriptFacts) {
  const writes =
    keywords.has('INSERT') || keywords.has('UPDATE') || keywords.has('DELETE') || keywords.has('REPLACE')
  const rewrites = keywords.has('DROP') || keywords.has('RENAME')
  const refers = keywords.has('ALTER') && keywords.has('REFERENCES')
  return {
    violations: writes || rewrites || refers,
    dangling: rewrites,
    losses: writes || keywords.has('DROP'),
  }
}

/** Watches one script. */
export class ScriptWatch implements Watch {
  readonly #context: WatchContext
  readonly #facts: ScriptFacts
  readonly #cascades: boolean
  readonly #dangers: ReturnType<typeof dangersOf>
  readonly #dangling: DanglingKeys | undefined
  readonly #losses: RowLosses | undefined

  constructor(context: WatchContext, facts: ScriptFacts, options: WatchOptions) {
    this.#context = context
    this.#facts = facts
    this.#cascades = options.foreignKeys
    this.#dangers = dangersOf(facts)
    const { connection, links, baseline } = context
    const { violations, dangling, losses } = this.#dangers
    links.check()
    if (!violations && !losses) return
    if (links.foreignKeys.isEmpty && links.triggers.isEmpty) return
    const reach = this.#reach()
    for (const table of this.#tablesToCheck(reach)) baseline.remember(table)
    if (dangling && !links.foreignKeys.isEmpty)
      this.#dangling = new DanglingKeys(connection, () => links.foreignKeys, facts.names)
    if (!losses) return
    const expected = new Set(options.expectLoss.map((name) => name.toLowerCase()))
    const atRisk = [...reach.atRisk].filter(([name]) => !expected.has(name)).map(([, table]) => table)
    if (atRisk.length > 0) this.#losses = new RowLosses(connection, atRisk)
  }

  async finish(): Promise<Damage> {
    const { links, baseline } = this.#context
    const { keywords } = this.#facts
    links.follow(keywords, () => this.#facts.names)
    const losses = this.#losses?.find() ?? []
    if (!this.#dangers.violations || links.foreignKeys.isEmpty)
      return losses.length > 0 ? { ...nothing, losses } : nothing
    const dangling = this.#dangling?.find() ?? []
    const isGone = (child: string, parent: string) =>
      !links.foreignKeys.of(child).some((key) => key.parent.toLowerCase() === parent)
    const violations = baseline
      .added(this.#tablesToCheck(this.#reach()), keywords.has('RENAME') ? isGone : undefined)
      .filter(({ table, parent }) => !dangling.some((key) => key.table === table && key.parent === parent))
    return { violations, dangling, losses }
  }

  #reach(): Reach {
    return reachOf(this.#facts.names, this.#context.links, { cascades: this.#cascades })
  }

  /** Tables with foreign keys whose rows, or whose parents' rows, may have changed. */
  #tablesToCheck({ tables }: Reach): readonly string[] {
    const { foreignKeys } = this.#context.links
    if (foreignKeys.isEmpty) return []
    const { names } = this.#facts
    const orphans = orphansPossible(this.#facts, { direct: tables.size === names.size })
    const found = new Map<string, string>()
    for (const name of tables) {
      const [own] = foreignKeys.of(name)
      if (own !== undefined) found.set(name, own.child)
      for (const key of foreignKeys.to(name)) if (orphans(key)) found.set(key.child.toLowerCase(), key.child)
    }
    return [...found.values()]
  }
}

/**
 * May a script leave children of this key without a parent? Rows that are only added never do, and an update only
 * where it can set the columns that the key refers to. `direct`: no trigger does more than the script says.
 */
function orphansPossible({ keywords, names }: ScriptFacts, { direct }: { direct: boolean }) {
  const removes = ['DELETE', 'REPLACE', 'DROP', 'RENAME'].some((word) => keywords.has(word))
  const updates = keywords.has('UPDATE')
  return ({ referenced }: ForeignKey): boolean => {
    if (removes || !direct) return true
    return (
      updates && (referenced === undefined || [...referenced, ...rowids].some((column) => names.has(column)))
    )
  }
}

/** Other names of an INTEGER PRIMARY KEY. */
const rowids = ['rowid', '_rowid_', 'oid']
