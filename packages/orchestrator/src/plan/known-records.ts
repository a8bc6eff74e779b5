import { type Applied, withOwnDependencies } from '@whimbrel/core'
import { isKnown, type KnownDatabase } from './known-database.ts'

/** The record of one migration, and the database it stands in. */
export interface KnownRecord {
  readonly database: string
  readonly record: Applied
}

/** All records of all databases that could be read, by number: database after database, in order of application. */
export class KnownRecords {
  readonly all: readonly KnownRecord[]
  /** For every record the numbers of those that depend on it, in any database. */
  readonly dependents: readonly (readonly number[])[]
  readonly #numbers = new Map<string, Map<string, number>>()

  constructor(databases: readonly KnownDatabase[]) {
    const all: KnownRecord[] = []
    for (const { name, state } of databases) {
      const names = new Map<string, number>()
      this.#numbers.set(name, names)
      if (!isKnown(state)) continue
      const files = new Map(state.available.map(({ version, id }) => [version, id]))
      for (const record of withOwnDependencies(state.applied, name)) {
        const { id, version } = record
        for (const called of [version, files.get(version) ?? id, id]) names.set(called, all.length)
        all.push({ database: name, record })
      }
    }
    this.all = all
    this.dependents = this.#dependents()
  }

  /** The number of a record of one database, by id or version. */
  numberOf(database: string, name: string): number | undefined {
    return this.#numbers.get(database)?.get(name.replace(/^0+(?=\d+$)/, ''))
  }

  #dependents(): readonly (readonly number[])[] {
    const dependents = this.all.map((): Set<number> => new Set())
    for (const [number, { database, record }] of this.all.entries()) {
      for (const dependency of record.dependsOn) {
        const target = this.numberOf(dependency.database ?? database, dependency.target)
        if (target !== undefined && target !== number) dependents[target]?.add(number)
      }
    }
    return dependents.map((numbers) => [...numbers])
  }
}
