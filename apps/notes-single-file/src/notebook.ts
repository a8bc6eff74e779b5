import { type OpenDatabases, openDatabases } from 'whimbrel'
import bundle from './generated/migrations.ts'

/** The notes of one folder. */
export class Notebook implements Disposable {
  readonly #databases: OpenDatabases<'notes' | 'settings'>

  private constructor(databases: OpenDatabases<'notes' | 'settings'>) {
    this.#databases = databases
  }

  /** Opens both databases, migrated with what is inside of this program; makes them where they are not there. */
  static async open(directory: string): Promise<Notebook> {
    return new Notebook(await openDatabases({ bundle, directory, application: 'notes' }))
  }

  /** What stands before each note. */
  get bullet(): string {
    const { settings } = this.#databases
    return String(settings.prepare("SELECT value FROM settings WHERE key = 'bullet'").pluck().get())
  }

  add(text: string): void {
    this.#databases.notes.prepare('INSERT INTO notes (body) VALUES (?)').run(text)
  }

  /** The oldest first. */
  all(): readonly string[] {
    return this.#databases.notes.prepare('SELECT body FROM notes ORDER BY id').pluck().all() as string[]
  }

  /** Notes that have all the words, the best hits first. */
  find(text: string): readonly string[] {
    const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    if (words.length === 0) return []
    const sql = 'SELECT body FROM notes_search WHERE notes_search MATCH ? ORDER BY rank'
    const query = words.map((word) => `"${word}"`).join(' ')
    return this.#databases.notes.prepare(sql).pluck().all(query) as string[]
  }

  [Symbol.dispose](): void {
    this.#databases.close()
  }
}
