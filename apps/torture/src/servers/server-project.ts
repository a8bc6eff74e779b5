import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dropDatabase, emptyDatabase, makeDatabase } from '../engines/server-database.ts'
import type { ServerDatabase } from '../release/release-job.ts'
import type { ServerJob } from './server-job.ts'

export interface ServerMigration {
  readonly id: string
  /** It runs statement by statement: declared so, or because the engine commits by itself. */
  readonly alone: boolean
  readonly statements: readonly string[]
}

const rows = (engine: ServerDatabase['engine']) =>
  engine === 'postgres' ? 'generate_series(1, 300) AS n' : '(SELECT seq AS n FROM seq_1_to_300) AS numbers'

const birds = (engine: ServerDatabase['engine']) =>
  `INSERT INTO birds (id, name, kind) SELECT n, concat('bird ', n), CASE WHEN n % 3 = 0 THEN 'wader' ELSE 'gull' END FROM ${rows(engine)}`

/** Transactions, statements that stand alone, and rows: what can be interrupted in its own way each time. */
const migrations: Readonly<Record<ServerDatabase['engine'], readonly ServerMigration[]>> = {
  postgres: [
    {
      id: '001_birds',
      alone: false,
      statements: [
        'CREATE TABLE birds (id int PRIMARY KEY, name text NOT NULL, kind text NOT NULL)',
        birds('postgres'),
        "CREATE TYPE mood AS ENUM ('calm')",
      ],
    },
    {
      id: '002_find',
      alone: true,
      statements: [
        'CREATE INDEX CONCURRENTLY birds_by_name ON birds (name)',
        "UPDATE birds SET name = concat(name, '!') WHERE kind = 'wader'",
        'CREATE UNIQUE INDEX CONCURRENTLY birds_by_kind ON birds (kind, id)',
      ],
    },
    {
      id: '003_sightings',
      alone: false,
      statements: [
        'ALTER TABLE birds ADD COLUMN seen int NOT NULL DEFAULT 0',
        'CREATE TABLE sightings (id int PRIMARY KEY, bird int NOT NULL REFERENCES birds (id) ON DELETE CASCADE)',
        'INSERT INTO sightings SELECT id, id FROM birds WHERE id <= 100',
        'UPDATE birds SET seen = 1 WHERE id <= 100',
      ],
    },
    {
      id: '004_moods',
      alone: true,
      statements: ["ALTER TYPE mood ADD VALUE 'angry'", 'DROP INDEX CONCURRENTLY birds_by_name'],
    },
    {
      id: '005_rows',
      alone: false,
      statements: ['DELETE FROM sightings WHERE id > 90', "UPDATE birds SET kind = 'tern' WHERE id > 200"],
    },
    {
      id: '006_view',
      alone: false,
      statements: [
        "CREATE VIEW waders AS SELECT id, name FROM birds WHERE kind = 'wader'",
        'CREATE INDEX sightings_by_bird ON sightings (bird)',
      ],
    },
  ],
  mysql: [
    {
      id: '001_birds',
      alone: true,
      statements: [
        'CREATE TABLE birds (id int PRIMARY KEY, name varchar(40) NOT NULL, kind varchar(40) NOT NULL)',
        birds('mysql'),
        'CREATE INDEX birds_by_name ON birds (name)',
      ],
    },
    {
      id: '002_rows',
      alone: false,
      statements: [
        "UPDATE birds SET name = concat(name, '!') WHERE kind = 'wader'",
        'DELETE FROM birds WHERE id > 280',
      ],
    },
    {
      id: '003_sightings',
      alone: true,
      statements: [
        'ALTER TABLE birds ADD COLUMN seen int NOT NULL DEFAULT 0',
        'CREATE TABLE sightings (id int PRIMARY KEY, bird int NOT NULL, CONSTRAINT of_bird FOREIGN KEY (bird) REFERENCES birds (id) ON DELETE CASCADE)',
        'INSERT INTO sightings SELECT id, id FROM birds WHERE id <= 100',
        'UPDATE birds SET seen = 1 WHERE id <= 100',
        'ALTER TABLE sightings ADD COLUMN place varchar(20)',
      ],
    },
    {
      id: '004_names',
      alone: true,
      statements: [
        'RENAME TABLE sightings TO seen_birds',
        'DROP INDEX birds_by_name ON birds',
        'CREATE TRIGGER count_seen AFTER INSERT ON seen_birds FOR EACH ROW UPDATE birds SET seen = seen + 1 WHERE id = NEW.bird',
      ],
    },
    {
      id: '005_more',
      alone: false,
      statements: ['INSERT INTO seen_birds (id, bird) SELECT seq, seq FROM seq_101_to_120'],
    },
    {
      id: '006_view',
      alone: true,
      statements: [
        "CREATE VIEW waders AS SELECT id, name FROM birds WHERE kind = 'wader'",
        'ALTER TABLE birds MODIFY COLUMN kind varchar(80) NOT NULL',
      ],
    },
  ],
}

/** A database on a server and the folder of its migrations. */
export class ServerProject {
  readonly place: ServerDatabase
  readonly folder: string
  readonly migrations: readonly ServerMigration[]

  private constructor(place: ServerDatabase, root: string) {
    this.place = place
    this.migrations = migrations[place.engine]
    this.folder = mkdtempSync(join(root, 'whimbrel-torture-'))
    for (const { id, alone, statements } of this.migrations) {
      // What MariaDB commits by itself needs no declaration.
      const header = alone && place.engine === 'postgres' ? '-- Transaction: none\n' : ''
      const text = `${header}-- === UP MIGRATION ===\n${statements.join(';\n')};\n-- === DOWN MIGRATION ===\n`
      writeFileSync(join(this.folder, `${id}.sql`), text)
    }
  }

  static async make(engine: ServerDatabase['engine'], root: string): Promise<ServerProject> {
    mkdirSync(root, { recursive: true })
    return new ServerProject(await makeDatabase(engine), root)
  }

  job(command: ServerJob['command'], interrupted?: ServerJob['interrupted']): ServerJob {
    const { place, folder } = this
    return { place, migrations: folder, command, lockTimeoutMs: 5_000, ...(interrupted && { interrupted }) }
  }

  reset(): Promise<void> {
    return emptyDatabase(this.place)
  }

  async remove(): Promise<void> {
    await dropDatabase(this.place)
    rmSync(this.folder, { recursive: true, force: true })
  }
}
