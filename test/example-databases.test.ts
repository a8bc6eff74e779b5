import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

// The SQL is judged here by the engine alone, so that a mistake of the runner cannot hide one of the examples.
interface Sqlite {
  readonly inTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): { all(): Row[]; pluck(): { get(): unknown; all(): unknown[] } }
  pragma(text: string, options?: { simple: boolean }): unknown
  close(): void
}
type Row = Record<string, unknown>
type Direction = 'up' | 'down'
interface Example {
  readonly id: string
  readonly header: string
  readonly up: string
  readonly down: string
}

const repository = new URL('..', import.meta.url)
const openSqlite = createRequire(new URL('packages/sqlite-driver/package.json', repository))('better-sqlite3')
const folder = mkdtempSync(join(tmpdir(), 'whimbrel-'))
let opened = 0

afterAll(() => rmSync(folder, { recursive: true }))

function examples(database: string): Example[] {
  const directory = new URL(`databases/${database}/`, repository)
  return readdirSync(directory)
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, directory), 'utf8')
      const [header, up, down, ...rest] = text.split(/^-- === (?:UP|DOWN) MIGRATION ===$/m)
      if (header === undefined || up === undefined || down === undefined || rest.length > 0) {
        throw new Error(`${file} does not have its two sections`)
      }
      return { id: file.replace(/\.sql$/, ''), header, up, down }
    })
}

function withDatabase(work: (db: Sqlite) => void): void {
  opened += 1
  const db: Sqlite = new openSqlite(join(folder, `${opened}.db`))
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = OFF')
    work(db)
  } finally {
    db.close()
  }
}

function run(db: Sqlite, example: Example, direction: Direction): void {
  if (/^-- Transaction: none$/m.test(example.header)) {
    db.exec(example[direction])
    return
  }
  db.pragma('foreign_keys = OFF')
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(example[direction])
    expect(db.inTransaction, 'the section ended the transaction').toBe(true)
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  } finally {
    db.pragma('foreign_keys = ON')
  }
}

/** Runs everything up to and including the migration of that number. */
function migrate(db: Sqlite, database: string, last = Number.POSITIVE_INFINITY): void {
  for (const example of examples(database)) if (number(example) <= last) run(db, example, 'up')
}

const number = (example: Example): number => Number.parseInt(example.id, 10)

function numbered(database: string, wanted: number): Example {
  const found = examples(database).find((example) => number(example) === wanted)
  if (found === undefined) throw new Error(`${database} has no migration ${wanted}`)
  return found
}

const list = (db: Sqlite, sql: string): unknown[] => db.prepare(sql).pluck().all()
const value = (db: Sqlite, sql: string): unknown => db.prepare(sql).pluck().get()

function tables(db: Sqlite): string[] {
  return list(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  ) as string[]
}

/** SQL as the schema keeps it, without what ALTER TABLE changes and nobody can see: spacing and quoted names. */
function normal(sql: string | null): string | undefined {
  return sql
    ?.replace(/'(?:[^']|'')*'|"([^"]*)"|\s+/g, (found, quoted?: string) => {
      return quoted ?? (found.startsWith("'") ? found : ' ')
    })
    .replace(/ ?([(),]) ?/g, '$1')
}

/** Everything that a down has to give back: schema, columns, every value with its type, settings. */
function state(db: Sqlite) {
  const schema = db.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
  )
  const columnsOf = (table: string) =>
    db.pragma(`table_xinfo("${table}")`) as { name: string; hidden: number }[]
  const rowsOf = (table: string) => {
    const columns = columnsOf(table).filter((column) => column.hidden !== 1)
    return list(
      db,
      `SELECT ${columns.map(({ name }) => `quote("${name}")`).join(" || ' ' || ")} FROM "${table}"`,
    )
  }
  return {
    schema: schema.all().map((row) => ({ ...row, sql: normal(row.sql as string | null) })),
    columns: tables(db).map((table) => [table, columnsOf(table)]),
    rows: tables(db).map((table) => [table, rowsOf(table).sort()]),
    autoVacuum: db.pragma('auto_vacuum', { simple: true }),
    legacyAlterTable: db.pragma('legacy_alter_table', { simple: true }),
  }
}

const counts = (db: Sqlite) =>
  new Map(tables(db).map((table) => [table, value(db, `SELECT count(*) FROM "${table}"`) as number]))

describe.each(['settings', 'knowledge_graph', 'ontology'])('%s', (database) => {
  const migrations = examples(database)

  it('numbers its files from one without a gap and names them in their headers', () => {
    expect(migrations.map(number)).toEqual(migrations.map((_, index) => index + 1))
    for (const { id, header } of migrations) expect(header).toContain(`-- Migration: ${id}\n`)
  })

  it.each(migrations.map(({ id }) => id))('gives back what was there before %s', (id) => {
    withDatabase((db) => {
      const example = numbered(database, Number.parseInt(id, 10))
      migrate(db, database, number(example) - 1)
      const before = state(db)
      run(db, example, 'up')
      const after = state(db)
      expect(after).not.toEqual(before)
      run(db, example, 'down')
      expect(state(db)).toEqual(before)
      run(db, example, 'up')
      expect(state(db)).toEqual(after)
    })
  })

  it('goes all the way up and back to nothing', () => {
    withDatabase((db) => {
      for (const example of migrations) run(db, example, 'up')
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      for (const example of migrations.toReversed()) run(db, example, 'down')
      expect(state(db)).toMatchObject({ schema: [], rows: [], autoVacuum: 0 })
    })
  })

  it('takes rows only from tables that the migration names', () => {
    withDatabase((db) => {
      const check = (example: Example, direction: Direction) => {
        const before = counts(db)
        run(db, example, direction)
        const after = counts(db)
        const fewer = [...before].filter(([table, rows]) => rows > (after.get(table) ?? 0))
        for (const [table] of fewer.filter(([table]) => !table.startsWith('nodes_search_'))) {
          expect(example[direction], `${example.id} ${direction}`).toMatch(new RegExp(`\\b${table}\\b`))
        }
      }
      for (const example of migrations) check(example, 'up')
      for (const example of migrations.toReversed()) check(example, 'down')
    })
  })

  it('builds the same bytes of data twice', () => {
    const once = () => {
      let built: unknown
      withDatabase((db) => {
        migrate(db, database)
        built = state(db)
      })
      return built
    }
    expect(once()).toEqual(once())
  })
})

describe('settings in use', () => {
  const children = ['api_keys', 'feature_flag_overrides', 'sessions', 'settings', 'user_settings']

  it('keeps every child row when the users table is rebuilt', () => {
    withDatabase((db) => {
      migrate(db, 'settings', 4)
      const before = state(db).rows.filter(([table]) => children.includes(table as string))
      run(db, numbered('settings', 5), 'up')
      expect(state(db).rows.filter(([table]) => children.includes(table as string))).toEqual(before)
      expect(list(db, 'SELECT tier FROM users ORDER BY id')).toEqual(['power', 'free', 'free'])
      run(db, numbered('settings', 5), 'down')
      expect(state(db).rows.filter(([table]) => children.includes(table as string))).toEqual(before)
    })
  })

  it('would lose them to the cascade with foreign keys on', () => {
    withDatabase((db) => {
      migrate(db, 'settings', 4)
      db.exec(`BEGIN; ${numbered('settings', 5).up}; COMMIT`)
      expect(value(db, 'SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM user_settings)')).toBe(
        0,
      )
    })
  })

  it('refuses a value that is not of the declared type', () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      const set = (key: string, sql: string) => () =>
        db.exec(`UPDATE settings SET value = ${sql} WHERE key = '${key}'`)
      expect(set('graph.max_nodes', "'many'")).toThrow(/value_has_its_type/)
      expect(set('graph.show_labels', '2')).toThrow(/value_has_its_type/)
      expect(set('graph.edge_colours', "'{'")).toThrow(/value_has_its_type/)
      expect(set('graph.max_nodes', '7000')).not.toThrow()
      expect(() => db.exec("UPDATE rate_limits SET max_requests = 'lots'")).toThrow(/cannot store TEXT/)
      expect(() => db.exec("INSERT INTO user_settings VALUES (2, 'graph.max_nodes', 'x')")).toThrow(
        /its type/,
      )
      expect(() => db.exec("INSERT INTO user_settings VALUES (2, 'no.such', 1)")).toThrow(/known key/)
    })
  })

  it("reads a user's own value before the common one", () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      const theme = "SELECT value FROM effective_settings WHERE key = 'appearance.theme' ORDER BY user_id"
      expect(list(db, theme)).toEqual(['dark', 'system', 'system'])
    })
  })

  it('rolls a feature out by bucket and lets an override decide', () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      expect(list(db, 'SELECT rollout_bucket FROM users ORDER BY id')).toEqual([49, 19, 50])
      const features = (name: string) =>
        list(db, `SELECT is_enabled FROM user_features WHERE flag_name = '${name}' ORDER BY user_id`)
      expect(features('gpu_layout')).toEqual([0, 0, 0])
      expect(features('shared_graphs')).toEqual([1, 0, 0])
      db.exec("UPDATE feature_flags SET rollout_percent = 50 WHERE name = 'gpu_layout'")
      expect(features('gpu_layout')).toEqual([1, 0, 0])
    })
  })

  it('says how much a user has left of the limit of the tier', () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      const left = 'SELECT remaining FROM rate_limit_usage ORDER BY user_id, resource'
      expect(list(db, left)).toEqual([388, 193, 0])
      expect(value(db, "SELECT requests_per_minute FROM rate_limits WHERE resource = 'export'")).toBeCloseTo(
        2 / 1440,
      )
    })
  })

  it('allows one default physics profile per owner', () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      const make = (id: number) => () =>
        db.exec(`UPDATE physics_profiles SET is_default = 1 WHERE id = ${id}`)
      expect(make(2)).toThrow(/UNIQUE/)
      db.exec('UPDATE physics_profiles SET is_default = 0 WHERE id = 1')
      expect(make(2)).not.toThrow()
    })
  })

  it("takes users' own values along when a setting is rolled back", () => {
    withDatabase((db) => {
      migrate(db, 'settings', 7)
      db.exec("INSERT INTO user_settings VALUES (2, 'graph.physics_profile', 'spread out')")
      run(db, numbered('settings', 7), 'down')
      expect(value(db, 'SELECT count(*) FROM user_settings')).toBe(3)
    })
  })

  it('writes the audit log by itself and never lets it be rewritten', () => {
    withDatabase((db) => {
      migrate(db, 'settings')
      db.exec(`
        UPDATE settings SET value = 'fr', updated_by = 2 WHERE key = 'system.language';
        UPDATE settings SET value = 'fr' WHERE key = 'system.language';
        UPDATE users SET tier = 'team' WHERE id = 3;
        UPDATE feature_flags SET is_enabled = 1 WHERE name = 'shared_graphs';
        DELETE FROM settings WHERE key = 'privacy.share_usage';`)
      expect(list(db, 'SELECT subject || action || subject_key FROM audit_log ORDER BY id')).toEqual([
        'settingupdatesystem.language',
        'userupdate3',
        'feature_flagupdateshared_graphs',
        'settingdeleteprivacy.share_usage',
      ])
      expect(db.prepare('SELECT * FROM setting_changes').all()).toMatchObject([
        { key: 'privacy.share_usage', changed_by: null, old_value: 0, new_value: null },
        { key: 'system.language', changed_by: 'Grace', old_value: 'en', new_value: 'fr' },
      ])
      expect(() => db.exec("UPDATE audit_log SET subject_key = ''")).toThrow(/append-only/)
      expect(() => db.exec('DELETE FROM audit_log')).toThrow(/append-only/)
    })
  })
})

describe('knowledge_graph in use', () => {
  it('moves topics from a column into a table and back without changing a value', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph', 3)
      db.exec(`UPDATE files SET topics = '["zebra","a","zebra","it''s \\"quoted\\"","Waders"]' WHERE id = 5`)
      const before = list(db, 'SELECT topics FROM files ORDER BY id')
      run(db, numbered('knowledge_graph', 4), 'up')
      expect(value(db, "SELECT files FROM topic_sizes WHERE name = 'waders'")).toBe(3)
      expect(value(db, "SELECT count(*) FROM topics WHERE lower(name) = 'waders'")).toBe(2)
      run(db, numbered('knowledge_graph', 4), 'down')
      expect(list(db, 'SELECT topics FROM files ORDER BY id')).toEqual(before)
    })
  })

  it('keeps degrees, totals and member counts right through moves and cascades', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      const wrong = () => [
        ...list(
          db,
          `SELECT node_id FROM node_degrees WHERE outgoing <> (SELECT count(*) FROM edges WHERE source_id = node_id)
            OR incoming <> (SELECT count(*) FROM edges WHERE target_id = node_id) OR degree <> incoming + outgoing`,
        ),
        ...list(
          db,
          `SELECT name FROM graph_totals
           WHERE total <> iif(name = 'nodes', (SELECT count(*) FROM nodes), (SELECT count(*) FROM edges))`,
        ),
        ...list(
          db,
          `SELECT id FROM clusters
           WHERE member_count <> (SELECT count(*) FROM cluster_members WHERE cluster_id = clusters.id)`,
        ),
        ...list(db, 'SELECT id FROM nodes EXCEPT SELECT node_id FROM node_degrees'),
      ]
      expect(wrong()).toEqual([])
      db.exec(`
        INSERT INTO nodes (id, slug, kind, label) VALUES (11, 'curlew', 'species', 'Curlew');
        INSERT INTO edges (source_id, target_id, relation) VALUES (11, 4, 'breeds_in'), (9, 11, 'mentions');
        UPDATE edges SET target_id = 11 WHERE source_id = 10 AND target_id = 2;
        UPDATE cluster_members SET cluster_id = 5 WHERE node_id = 7;
        INSERT INTO cluster_members (cluster_id, node_id) VALUES (2, 11);`)
      expect(wrong()).toEqual([])
      db.exec('DELETE FROM nodes WHERE id IN (1, 11)')
      expect(wrong()).toEqual([])
      expect(value(db, "SELECT total FROM graph_totals WHERE name = 'edges'")).toBe(6)
      expect(value(db, 'SELECT member_count FROM clusters WHERE id = 2')).toBe(2)
    })
  })

  it('finds seeded, changed and new text, and no text that is gone', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      const search = (words: string) =>
        list(
          db,
          `SELECT slug FROM nodes_search JOIN nodes ON nodes.id = nodes_search.rowid
                  WHERE nodes_search MATCH '${words}' ORDER BY rank`,
        )
      expect(search('hurricanes')).toEqual(['hurricane', 'whimbrel'])
      expect(search('transmitter OR rings')).toContain('tracking-methods')
      db.exec(`
        INSERT INTO nodes (slug, kind, label, body) VALUES ('foehr', 'place', 'Föhr', 'An island in the Wadden Sea');
        UPDATE nodes SET body = 'A storm' WHERE slug = 'whimbrel';
        UPDATE nodes SET x = 1.0;
        DELETE FROM nodes WHERE slug = 'tracking-methods';`)
      expect(search('fohr')).toEqual(['foehr'])
      expect(search('hurricanes')).toEqual(['hurricane'])
      expect(search('transmitter OR rings')).toEqual([])
      expect(() => {
        db.exec("INSERT INTO nodes_search (nodes_search, rank) VALUES ('integrity-check', 1)")
      }).not.toThrow()
    })
  })

  it('gives free pages back in steps once the file has been compacted', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      expect(db.pragma('auto_vacuum', { simple: true })).toBe(2)
      db.exec("UPDATE nodes SET body = hex(zeroblob(50000)); UPDATE nodes SET body = ''")
      expect(db.pragma('freelist_count', { simple: true })).toBeGreaterThan(100)
      db.exec('PRAGMA incremental_vacuum')
      expect(db.pragma('freelist_count', { simple: true })).toBe(0)
    })
  })

  it('walks the clusters down from their roots', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      expect(list(db, "SELECT path || ': ' || member_count FROM cluster_tree ORDER BY path")).toEqual([
        'Nature: 2',
        'Nature / Places: 1',
        'Nature / Places / Stopovers: 2',
        'Nature / Waders: 3',
        'Reading: 2',
      ])
    })
  })

  it('takes a snapshot of all positions with one insert and keeps it when a node goes', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      db.exec("INSERT INTO snapshots (reason) VALUES ('manual'); DELETE FROM nodes WHERE id = 3")
      expect(value(db, 'SELECT count(*) FROM snapshot_positions')).toBe(10)
      expect(db.prepare('SELECT physics_profile, node_total, edge_total FROM snapshots').all()).toEqual([
        { physics_profile: 'calm', node_total: 10, edge_total: 12 },
      ])
    })
  })

  it('ranks nodes by the newest finished run and allows one unfinished run per metric', () => {
    withDatabase((db) => {
      migrate(db, 'knowledge_graph')
      db.exec(`
        INSERT INTO analytics_runs (id, metric, started_at, finished_at) VALUES
          (1, 'page_rank', '2026-05-06', '2026-05-06'),
          (2, 'page_rank', '2026-05-07', '2026-05-07'),
          (3, 'page_rank', '2026-05-08', NULL);
        INSERT INTO node_metrics (run_id, node_id, value) VALUES
          (1, 1, 0.9), (2, 1, 0.2), (2, 2, 0.5), (2, 3, 0.2), (3, 1, 1.0);`)
      expect(list(db, 'SELECT node_id * 100 + place FROM latest_node_metrics ORDER BY 1')).toEqual([
        102, 201, 302,
      ])
      const start = "INSERT INTO analytics_runs (metric, started_at) VALUES ('page_rank', '2026-05-09')"
      expect(() => db.exec(start)).toThrow(/UNIQUE/)
    })
  })
})

describe('ontology in use', () => {
  const bird = (name: string) => `'https://example.org/shorebirds#${name}'`

  it('shows a class once for every way that leads to it', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      expect(
        list(db, 'SELECT path FROM class_tree WHERE ontology_id = 2 AND depth > 1 ORDER BY path'),
      ).toEqual([
        'Animal > Bird > Wader',
        'Animal > Bird > Wader > Curlew',
        'Animal > Bird > Wader > Curlew > Whimbrel',
        'Animal > Bird > Wader > Godwit',
        'Animal > Bird > Wader > Snipe',
        'Animal > Mammal > Bat',
        'Animal > Migrant > Whimbrel',
      ])
    })
  })

  it('shows the same hierarchy before and after the key became composite', () => {
    withDatabase((db) => {
      const paths = () => list(db, 'SELECT path FROM class_tree ORDER BY path')
      migrate(db, 'ontology', 4)
      const before = paths()
      run(db, numbered('ontology', 5), 'up')
      expect(paths()).toEqual(before)
      expect(value(db, `SELECT local_name FROM classes WHERE iri = ${bird('Whimbrel')}`)).toBe('Whimbrel')
    })
  })

  it('holds one IRI in two ontologies, and then refuses to go back to the narrow key', () => {
    withDatabase((db) => {
      migrate(db, 'ontology', 5)
      db.exec(`INSERT INTO classes (ontology_id, iri, label) VALUES (1, ${bird('Bird')}, 'Bird')`)
      const before = state(db)
      expect(() => run(db, numbered('ontology', 5), 'down')).toThrow(/UNIQUE/)
      expect(state(db)).toEqual(before)
    })
  })

  it('infers what follows from several steps, by the shortest proof', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      const proofs = `SELECT origin || proof_length FROM axioms WHERE subject_iri = ${bird('Whimbrel')}
                      ORDER BY proof_length, object_iri`
      expect(list(db, proofs)).toEqual(['asserted1', 'asserted1', 'inferred2', 'inferred2', 'inferred3'])
    })
  })

  it('keeps the closure equal to its definition through inserts, removals and cascades', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      const closure = (name: string) =>
        list(db, `SELECT ontology_id || ancestor_iri || descendant_iri || depth FROM ${name} ORDER BY 1`)
      const change = (sql: string) => {
        db.exec(sql)
        expect(closure('class_closure'), sql).toEqual(closure('class_ancestors'))
      }
      const link = (child: string, parent: string) => `(2, ${bird(child)}, ${bird(parent)})`
      change(`INSERT INTO classes (ontology_id, iri, label) VALUES (2, ${bird('Flyer')}, 'Flyer')`)
      change(`INSERT INTO class_parents VALUES ${link('Migrant', 'Flyer')}, ${link('Bat', 'Flyer')}`)
      change(`INSERT INTO class_parents VALUES ${link('Whimbrel', 'Animal')}`)
      change(
        `DELETE FROM class_parents WHERE child_iri = ${bird('Whimbrel')} AND parent_iri = ${bird('Curlew')}`,
      )
      change(`DELETE FROM classes WHERE iri = ${bird('Wader')}`)
      change('DELETE FROM ontologies WHERE id = 2')
    })
  })

  it('refuses a class that would be its own ancestor', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      const ring = `INSERT INTO class_parents VALUES (2, ${bird('Animal')}, ${bird('Whimbrel')})`
      expect(() => db.exec(ring)).toThrow(/its own ancestor/)
    })
  })

  it('reports a class below two disjoint ones', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      expect(list(db, 'SELECT iri FROM disjointness_conflicts')).toEqual([])
      db.exec(`INSERT INTO class_parents VALUES (2, ${bird('Bat')}, ${bird('Bird')})`)
      expect(list(db, 'SELECT iri FROM disjointness_conflicts')).toEqual([
        'https://example.org/shorebirds#Bat',
      ])
      const backwards = `INSERT INTO disjoint_classes VALUES (2, ${bird('Wader')}, ${bird('Bat')})`
      expect(() => db.exec(backwards)).toThrow(/pair_is_in_order/)
    })
  })

  it('counts findings and the share of classes that are mapped', () => {
    withDatabase((db) => {
      migrate(db, 'ontology')
      db.exec(`
        INSERT INTO reports (id, ontology_id, kind, details) VALUES
          (1, 2, 'consistency', '{"reasoner":{"name":"elk"}}'), (2, 2, 'coverage', '{}');
        INSERT INTO report_findings VALUES (1, 1, 'error', NULL, 'x'), (1, 2, 'hint', NULL, 'y'), (2, 1, 'hint', NULL, 'z');
        DELETE FROM report_findings WHERE report_id = 2`)
      expect(list(db, 'SELECT finding_count FROM reports ORDER BY id')).toEqual([2, 0])
      expect(value(db, "SELECT id FROM reports WHERE reasoner = 'elk'")).toBe(1)
      expect(db.prepare('SELECT * FROM mapping_coverage').all()).toEqual([
        { ontology_id: 2, classes: 9, mapped: 2, confirmed: 1 },
        { ontology_id: 3, classes: 4, mapped: 2, confirmed: 1 },
      ])
    })
  })
})

describe('what the examples show between them', () => {
  const features = {
    trigger: "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'",
    view: "SELECT count(*) FROM sqlite_schema WHERE type = 'view'",
    'recursive view':
      "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND sql LIKE '%WITH RECURSIVE%'",
    'partial index': `SELECT count(*) FROM pragma_table_list AS t, pragma_index_list(t.name) AS i WHERE i.partial`,
    'expression index': `SELECT count(*) FROM pragma_table_list AS t, pragma_index_list(t.name) AS i,
      pragma_index_xinfo(i.name) AS x WHERE x.cid = -2`,
    'virtual column':
      'SELECT count(*) FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c WHERE c.hidden = 2',
    'stored column':
      'SELECT count(*) FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c WHERE c.hidden = 3',
    'strict table': 'SELECT count(*) FROM pragma_table_list WHERE strict',
    'table without rowid': "SELECT count(*) FROM pragma_table_list WHERE wr AND type = 'table' AND strict",
    'virtual table': "SELECT count(*) FROM pragma_table_list WHERE type = 'virtual'",
    'composite key':
      'SELECT count(*) FROM pragma_table_list AS t, pragma_table_info(t.name) AS c WHERE c.pk = 2',
    'composite foreign key':
      'SELECT count(*) FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f WHERE f.seq = 1',
  }
  const expected: Record<string, (keyof typeof features)[]> = {
    settings: [
      'trigger',
      'view',
      'partial index',
      'expression index',
      'virtual column',
      'strict table',
      'table without rowid',
    ],
    knowledge_graph: [
      ...([
        'trigger',
        'view',
        'recursive view',
        'partial index',
        'expression index',
        'virtual column',
      ] as const),
      ...([
        'stored column',
        'strict table',
        'table without rowid',
        'virtual table',
        'composite key',
      ] as const),
    ],
    ontology: (Object.keys(features) as (keyof typeof features)[]).filter(
      (feature) => feature !== 'virtual table',
    ),
  }

  it.each(Object.entries(expected))('is found in the schema of %s', (database, wanted) => {
    withDatabase((db) => {
      migrate(db, database)
      for (const feature of wanted) expect(value(db, features[feature]), feature).toBeGreaterThan(0)
      expect(tables(db).length).toBeGreaterThanOrEqual(10)
    })
  })

  it('has one migration outside a transaction, and dependencies inside and across databases', () => {
    const headers = ['settings', 'knowledge_graph', 'ontology'].flatMap((database) =>
      examples(database).map(({ id, header }) => ({ id: `${database}:${id}`, header })),
    )
    const ids = new Set(headers.map(({ id }) => id))
    const outside = headers.filter(({ header }) => header.includes('-- Transaction: none'))
    expect(outside.map(({ id }) => id)).toEqual(['knowledge_graph:008_return_free_pages'])
    const targets = headers.flatMap(({ id, header }) => {
      const names = /^-- Depends-On: (.+)$/m.exec(header)?.[1]?.split(', ') ?? []
      return names.map((name) => (name.includes(':') ? name : `${id.split(':')[0]}:${name}`))
    })
    for (const target of targets) expect(ids).toContain(target)
    expect(targets).toContain('settings:007_create_physics_profiles')
  })

  it('ends every database with a migration that can be rolled back without losing a row', () => {
    for (const database of ['settings', 'knowledge_graph', 'ontology']) {
      withDatabase((db) => {
        migrate(db, database)
        const before = counts(db)
        run(db, numbered(database, examples(database).length), 'down')
        const after = counts(db)
        const dropped = [...before].filter(([table]) => !after.has(table))
        expect(dropped.length).toBeGreaterThan(0)
        expect(dropped.filter(([, rows]) => rows > 0)).toEqual([])
      })
    }
  })

  it('is named by the manifest in the order in which it can run', () => {
    const manifest = JSON.parse(readFileSync(new URL('databases/manifest.json', repository), 'utf8'))
    expect(Object.keys(manifest.databases)).toEqual(['settings', 'knowledge_graph', 'ontology'])
    for (const [name, entry] of Object.entries<{ url: string; migrations: string }>(manifest.databases)) {
      expect(entry).toEqual({ url: `sqlite:../data/${name}.db`, migrations: name })
    }
  })
})
