import type { Connection } from '../connection.ts'
import { groupBy } from './group-by.ts'

/** One foreign key of one table, names as the schema writes them. */
export interface ForeignKey {
  readonly child: string
  readonly parent: string
  /** The columns of the child, to recognise the key again when its parent changes. */
  readonly columns: string
  /** The columns of the parent in lower case, undefined where its primary key is meant but not named. */
  readonly referenced: readonly string[] | undefined
  readonly deletesChildren: boolean
}

interface KeyRow {
  readonly child: string
  readonly id: number
  readonly parent: string
  readonly column: string
  readonly referenced: string | null
  readonly onDelete: string
}

const keyColumns =
  'f.id, f."table" AS parent, f."from" AS "column", f."to" AS referenced, f.on_delete AS onDelete'
const everyKey = `SELECT m.name AS child, ${keyColumns}
  FROM sqlite_schema AS m, pragma_foreign_key_list(m.name, 'main') AS f
  WHERE m.type = 'table' AND m.sql LIKE '%references%' ORDER BY m.name, f.id, f.seq`
const keysOfSome = `SELECT n.value AS child, ${keyColumns}
  FROM json_each(?) AS n, pragma_foreign_key_list(n.value, 'main') AS f ORDER BY n.value, f.id, f.seq`

/** The foreign keys of the whole schema, read once and then kept up to date by the names that a script touched. */
export class ForeignKeys {
  readonly #connection: Connection
  readonly #byChild = new Map<string, readonly ForeignKey[]>()
  readonly #byParent = new Map<string, ForeignKey[]>()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#add(connection.rows<KeyRow>(everyKey))
  }

  get isEmpty(): boolean {
    return this.#byChild.size === 0
  }

  /** By the lower-case name of the table. */
  of(child: string): readonly ForeignKey[] {
    return this.#byChild.get(child) ?? []
  }

  /** Keys that refer to the table of this lower-case name. */
  to(parent: string): readonly ForeignKey[] {
    return this.#byParent.get(parent) ?? []
  }

  /** Reads the tables of these names again; after a rename those that refer to them, too: it rewrites them. */
  refresh(names: Iterable<string>, { renamed }: { renamed: boolean }): void {
    const stale = new Set(names)
    for (const name of renamed ? [...stale] : [])
      for (const { child } of this.to(name)) stale.add(child.toLowerCase())
    // SQLite folds the case of ASCII only, so that such a table would not be found by its lower-case name.
    if ([...stale].some((name) => /[^\x00-\x7f]/.test(name))) {
      this.#reload()
      return
    }
    for (const name of stale) this.#remove(name)
    this.#add(this.#connection.rows<KeyRow>(keysOfSome, [JSON.stringify([...stale])]))
  }

  #reload(): void {
    this.#byChild.clear()
    this.#byParent.clear()
    this.#add(this.#connection.rows<KeyRow>(everyKey))
  }

  #add(rows: readonly KeyRow[]): void {
    for (const [child, keys] of groupBy(rows, (row) => row.child.toLowerCase())) {
      const found = [...groupBy(keys, ({ id }) => id).values()].flatMap(toForeignKey)
      this.#byChild.set(child, found)
      for (const key of found) {
        const parent = key.parent.toLowerCase()
        const known = this.#byParent.get(parent)
        if (known === undefined) this.#byParent.set(parent, [key])
        else known.push(key)
      }
    }
  }

  #remove(child: string): void {
    for (const { parent } of this.of(child)) {
      const name = parent.toLowerCase()
      const others = this.to(name).filter((key) => key.child.toLowerCase() !== child)
      if (others.length > 0) this.#byParent.set(name, others)
      else this.#byParent.delete(name)
    }
    this.#byChild.delete(child)
  }
}

function toForeignKey(rows: readonly KeyRow[]): ForeignKey[] {
  const [first] = rows
  if (first === undefined) return []
  const { child, parent, onDelete } = first
  const columns = rows.map(({ column }) => column.toLowerCase()).join(',')
  const referenced = rows.flatMap((row) => row.referenced?.toLowerCase() ?? [])
  return [
    {
      child,
      parent,
      columns,
      referenced: referenced.length === rows.length ? referenced : undefined,
      deletesChildren: onDelete === 'CASCADE',
    },
  ]
}
