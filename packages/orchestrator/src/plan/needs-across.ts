import { type Dependency, type Finding, suggest } from '@whimbrel/core'
import type { DependencyTarget, KnownMigrations } from './known-migrations.ts'
import type { ReleaseFinding, ReleaseStep } from './release-plan.ts'

/** What a run reaches, for judging what its steps need of other databases. */
export interface RunReach {
  readonly known: KnownMigrations
  /** Names of all databases, in the order of the manifest. */
  readonly names: readonly string[]
  /** Names of those that the run is about. */
  readonly selected: ReadonlySet<string>
  readonly steps: readonly ReleaseStep[]
  /** Why a migration is skipped here, by database and id. */
  readonly skipped: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** What one step needs, and what was found about it. */
interface Need {
  readonly database: string
  readonly id: string
  readonly dependency: Dependency
  /** As the header writes it: `ontology:009`. */
  readonly written: string
}

/** Steps that need of another database what neither is applied nor part of the run, as blocking findings. */
export function needsAcross(reach: RunReach): readonly ReleaseFinding[] {
  return new Judge(reach).findings()
}

class Judge {
  readonly #reach: RunReach
  readonly #inRun: ReadonlySet<number | undefined>
  /** Pending migrations of databases that are not part of the run. */
  readonly #outside = new Set<number>()

  constructor(reach: RunReach) {
    this.#reach = reach
    this.#inRun = new Set(
      reach.steps.map(({ database, step }) => reach.known.numberOf(database, step.migration.version)),
    )
  }

  findings(): readonly ReleaseFinding[] {
    const needs = this.#reach.steps.flatMap(needsOf)
    for (const need of needs) this.#noteOutside(need)
    const missing = this.#databasesToAdd()
    return needs.flatMap((need) => {
      const finding = this.#judge(need, missing)
      return finding === undefined ? [] : [{ ...finding, database: need.database }]
    })
  }

  #judge(need: Need, missing: readonly string[]): Finding | undefined {
    const target = this.#target(need)
    if (target.kind === 'unknown') return notLookedAt(need, target.why)
    if (target.kind === 'found') return this.#judgeFound(need, { node: target.node, missing })
    if (need.dependency.optional) return undefined
    if (target.kind === 'not-found') return absent(need, 'not found')
    return noDatabase(need, this.#reach.names)
  }

  #judgeFound(
    need: Need,
    { node, missing }: { node: number; missing: readonly string[] },
  ): Finding | undefined {
    const { known, selected, skipped } = this.#reach
    const found = known.all[node]
    if (found === undefined || found.record === 'applied' || this.#inRun.has(node)) return undefined
    const { database, id } = found
    // Its own plan already refuses to go on.
    if (found.record === 'in-doubt') return selected.has(database) ? undefined : inDoubt(need, found)
    const reason = skipped.get(database)?.get(id)
    if (reason !== undefined) {
      return need.dependency.optional ? undefined : absent(need, `skipped here: ${reason}`)
    }
    return selected.has(database) ? behindLimit(need, found) : notSelected(need, { ...found, missing })
  }

  #target({ database, dependency }: Need): DependencyTarget {
    return this.#reach.known.target({ database }, dependency)
  }

  #noteOutside(need: Need): void {
    const target = this.#target(need)
    if (target.kind === 'found' && this.#isOutside(target.node)) this.#outside.add(target.node)
  }

  #isOutside(node: number): boolean {
    const { known, skipped } = this.#reach
    const found = known.all[node]
    if (found === undefined || found.record !== undefined || this.#inRun.has(node)) return false
    return skipped.get(found.database)?.has(found.id) !== true
  }

  /** Databases that what is needed leads to, so that one corrected command is enough. */
  #databasesToAdd(): readonly string[] {
    if (this.#outside.size === 0) return []
    const { known, names, selected } = this.#reach
    const { needs, before } = known.graph
    // A set that grows while it is walked through: what is added gets its turn, too.
    for (const node of this.#outside) {
      for (const target of [before[node], ...(needs[node] ?? [])]) {
        if (target !== undefined && this.#isOutside(target)) this.#outside.add(target)
      }
    }
    const reached = new Set([...this.#outside].map((node) => known.all[node]?.database))
    return names.filter((name) => reached.has(name) && !selected.has(name))
  }
}

function needsOf({ database, step }: ReleaseStep): readonly Need[] {
  const { id, dependsOn } = step.migration
  return dependsOn.flatMap((dependency) =>
    dependency.database === undefined || dependency.database === database
      ? []
      : [{ database, id, dependency, written: `${dependency.database}:${dependency.target}` }],
  )
}

function finding(
  { database, id, written }: Need,
  { code, what, hint }: { readonly code: Finding['code']; readonly what: string; readonly hint: string },
): Finding {
  const message = `${database}:${id} needs ${written}${what}`
  return { code, migration: id, message, hint, blocking: true, details: { needs: written } }
}

function absent(need: Need, why: string): Finding {
  return finding(need, {
    code: 'DEPENDENCY_MISSING',
    what: ` (${why})`,
    hint: `Add the migration it needs, or correct the Depends-On line of ${need.id}; write ?${need.written} for "if present"`,
  })
}

function noDatabase(need: Need, names: readonly string[]): Finding {
  const nearest = suggest(need.dependency.database ?? '', names)
  return finding(need, {
    code: 'DEPENDENCY_MISSING',
    what: ' (no such database)',
    hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}Known: ${names.join(', ')}. Correct the Depends-On line of ${need.id}`,
  })
}

function notLookedAt(need: Need, why: string): Finding {
  const { database } = need.dependency
  return finding(need, {
    code: 'DEPENDENCY_OUTSIDE',
    what: `, and ${database} could not be looked at: ${why}`,
    hint: `See "whimbrel status --db ${database}", and run this again when ${database} can be read`,
  })
}

function inDoubt(need: Need, { database, id }: { database: string; id: string }): Finding {
  return finding(need, {
    code: 'DEPENDENCY_OUTSIDE',
    what: ', which is in doubt',
    hint: `Settle ${id} first: "whimbrel status --db ${database}" lists the ways`,
  })
}

function behindLimit(need: Need, { database, id }: { database: string; id: string }): Finding {
  return finding(need, {
    code: 'DEPENDENCY_OUTSIDE',
    what: ', which is pending and behind the limit of this run',
    hint: `Raise --to or --steps so that ${database} reaches ${id}, or leave it out`,
  })
}

function notSelected(
  need: Need,
  { database, missing }: { readonly database: string; readonly missing: readonly string[] },
): Finding {
  const flags = missing.map((name) => `--db ${name}`).join(' ')
  return finding(need, {
    code: 'DEPENDENCY_OUTSIDE',
    what: `, which is pending, and ${database} is not part of this run`,
    hint: `Add ${flags}, or leave out --db to take all databases`,
  })
}
