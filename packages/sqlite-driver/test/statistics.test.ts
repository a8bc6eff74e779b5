import { describe, expect, it } from 'vitest'
import { eachTestInItsPlace } from './open-session.ts'

describe('statistics', () => {
  const place = eachTestInItsPlace()

  it('counts rows and bytes of each table, as SQLite tells them', async () => {
    const handle = place.current().handle()
    handle.exec(`CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX by_text ON big (text);
      CREATE TABLE "sm""all" (a)`)
    handle.exec(
      'WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO big SELECT i, hex(randomblob(100)) FROM n',
    )
    handle.exec('CREATE VIRTUAL TABLE songs USING fts5 (text)')
    handle.exec(
      "INSERT INTO songs VALUES ('one'), ('two'); CREATE TABLE gone (a); INSERT INTO gone SELECT text FROM big; DROP TABLE gone",
    )
    const pages = (names: readonly string[]) =>
      handle
        .prepare(`SELECT sum(pgsize) FROM dbstat WHERE name IN (${names.map(() => '?').join()})`)
        .pluck()
        .get(...names)
    const session = await place.current().session('read')
    const statistics = await session.inspector?.statistics()
    expect(statistics?.tables).toEqual([
      { name: 'big', rows: 500, sizeBytes: pages(['big', 'by_text']) },
      { name: 'sm"all', rows: 0, sizeBytes: 4096 },
      {
        name: 'songs',
        rows: 2,
        sizeBytes: pages(['songs_data', 'songs_idx', 'songs_content', 'songs_docsize', 'songs_config']),
      },
    ])
    expect(statistics).toMatchObject({
      pages: handle.pragma('page_count', { simple: true }),
      pageSize: 4096,
      freePages: handle.pragma('freelist_count', { simple: true }),
    })
    expect(statistics?.freePages).toBeGreaterThan(10)
  })
})
