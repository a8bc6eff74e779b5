import {
  type Applied,
  type Dependency,
  type Migration,
  type MigrationState,
  ownOrder,
  withOwnDependencies,
} from '@whimbrel/core'
import { isKnown, type KnownDatabase } from './known-database.ts'
import type { OrderGraph } from './release-order.ts'

/** One migration that exists or is applied, in one database of a release. */
export interface KnownMigration {
  readonly database: string
  readonly id: string
  readonly version: string
  /** Of another database or of its own, which then has no name. */
  readonly dependsOn: readonly Dependency[]
  /** What its record says; absent where it has none. */
  readonly record?: Applied['state'] | undefined
}

/** What a dependency was found to mean: the number of a known migration, or why there is none. */
export type DependencyTarget =
  | { readonly kind: 'found'; readonly node: number }
  | { readonly kind: 'not-found' | 'no-database' }
  | { readonly kind: 'unknown'; readonly why: string }

/** Everything that is known of the migrations of all databases, by number: database after database, in own order. */
export class KnownMigrations {
  readonly all: readonly KnownMigration[]
  /** What comes before what. An applied migration has followed only what was applied, too. */
  readonly graph: OrderGraph
  readonly #databases: ReadonlyMap<string, KnownDatabase['state']>
  readonly #numbers = new Map<string, Map<string, number>>()

  constructor(databases: readonly KnownDatabase[]) {
    const all: KnownMigration[] = []
    for (const database of databases) {
      const names = new Map<string, number>()
      this.#numbers.set(database.name, names)
      for (const migration of migrationsOf(database)) {
        for (const name of migration.names) names.set(name, all.length)
        all.push(migration)
      }
    }
    this.all = all
    this.#databases = new Map(databases.map(({ name, state }) => [name, state]))
    this.graph = this.#makeGraph()
  }

  /** The number of a migration of one database, by id or version. */
  numberOf(database: string, name: string): number | undefined {
    return this.#numbers.get(database)?.get(name.replace(/^0+(?=\d+$)/, ''))
  }

  /** What a migration depends on by one of its entries. */
  target(
    from: Pick<KnownMigration, 'database'>,
    { database = from.database, target }: Dependency,
  ): DependencyTarget {
    const state = this.#databases.get(database)
    if (state === undefined) return { kind: 'no-database' }
    const node = this.numberOf(database, target)
    if (!isKnown(state) && (node !== undefined || state.available === undefined)) {
      return { kind: 'unknown', why: state.unknown }
    }
    return node === undefined ? { kind: 'not-found' } : { kind: 'found', node }
  }

  #makeGraph(): OrderGraph {
    const { all } = this
    return {
      size: all.length,
      needs: all.map((migration) => this.#needs(migration)),
      before: all.map(({ database }, number) =>
        all[number - 1]?.database === database ? number - 1 : undefined,
      ),
    }
  }

  #needs(migration: KnownMigration): readonly number[] {
    return migration.dependsOn.flatMap((dependency) => {
      const target = this.target(migration, dependency)
      if (target.kind !== 'found') return []
      const settled = migration.record !== undefined && this.all[target.node]?.record === undefined
      return settled ? [] : [target.node]
    })
  }
}

interface NamedMigration extends KnownMigration {
  readonly names: readonly string[]
}

function migrationsOf({ name, state }: KnownDatabase): readonly NamedMigration[] {
  const known: MigrationState = isKnown(state) ? state : { available: state.available ?? [], applied: [] }
  const available = withOwnDependencies(known.available, name)
  const applied = withOwnDependencies(known.applied, name)
  const files = new Map<string, Migration | Applied>(available.map((each) => [each.version, each]))
  const records = new Map(applied.map((each) => [each.version, each]))
  return ownOrder({ available, applied, order: known.order }).order.map((node) => {
    const { id, version, dependsOn } = files.get(node.version) ?? node
    const record = records.get(version)
    const names = [version, id, ...(record === undefined ? [] : [record.id])]
    return { database: name, id, version, dependsOn, record: record?.state, names }
  })
}
