import { describe, expect, it } from 'vitest'
import { blog } from './blog.ts'
import { eachTestInItsPlace } from './open-session.ts'
import { runWatched, unharmed } from './watched-script.ts'

const place = eachTestInItsPlace()

describe('rows', () => {
  it('that go with a cascade from a table that is never named are counted', async () => {
    const session = await blog(place.current())
    const damage = await runWatched(session, ['DELETE FROM users WHERE id = 1'], { foreignKeys: true })
    expect(damage).toEqual({ ...unharmed, losses: [{ table: 'posts', rows: 2 }] })
  })

  it('that go with a cascade over two tables are counted', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE likes (post INTEGER REFERENCES posts (id) ON DELETE CASCADE)')
    await session.execute('INSERT INTO likes VALUES (1), (1), (2)')
    const { losses } = await runWatched(session, ['DELETE FROM users'], { foreignKeys: true })
    expect(losses).toEqual([
      { table: 'posts', rows: 2 },
      { table: 'likes', rows: 3 },
    ])
  })

  it('that go from a table that the script names are its own business', async () => {
    const session = await blog(place.current())
    const statements = ['DELETE FROM posts', 'DELETE FROM users']
    expect(await runWatched(session, statements, { foreignKeys: true })).toEqual(unharmed)
  })

  it('that a trigger deletes are counted', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE "user sessions" (user)')
    await session.execute('INSERT INTO "user sessions" VALUES (2), (2)')
    await session.execute(
      'CREATE TRIGGER goodbye AFTER DELETE ON users BEGIN DELETE FROM "user sessions" WHERE user = old.id; END',
    )
    const { losses } = await runWatched(session, ['DELETE FROM users WHERE id = 2'])
    expect(losses).toEqual([{ table: 'user sessions', rows: 2 }])
  })

  it('that a trigger of a view deletes are counted', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE VIEW names AS SELECT id, name FROM users')
    await session.execute(
      'CREATE TRIGGER forget INSTEAD OF DELETE ON names BEGIN DELETE FROM posts WHERE author = old.id; END',
    )
    const { losses } = await runWatched(session, ['DELETE FROM names WHERE id = 1'])
    expect(losses).toEqual([{ table: 'posts', rows: 2 }])
  })

  it('that a trigger adds are no loss', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE log (what)')
    await session.execute(
      "CREATE TRIGGER note AFTER INSERT ON users BEGIN INSERT INTO log VALUES ('delete'); END",
    )
    expect(await runWatched(session, ['INSERT INTO users VALUES (3, NULL)'])).toEqual(unharmed)
  })

  it('that a trigger made by the script deletes are counted', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE marks (id)')
    await session.execute('CREATE TRIGGER t AFTER INSERT ON marks BEGIN DELETE FROM posts; END')
    const statements = ['CREATE TRIGGER u AFTER UPDATE ON users BEGIN INSERT INTO marks VALUES (1); END']
    expect(await runWatched(session, statements)).toEqual(unharmed)
    const { losses } = await runWatched(session, ["UPDATE users SET name = 'c'"])
    expect(losses).toEqual([{ table: 'posts', rows: 2 }])
  })

  it('of a full-text index that follows a table are not counted', async () => {
    const session = await blog(place.current())
    await session.execute("CREATE VIRTUAL TABLE found USING fts5 (name, content='users', content_rowid='id')")
    await session.execute("INSERT INTO found (found) VALUES ('rebuild')")
    await session.execute(
      `CREATE TRIGGER unfind AFTER DELETE ON users BEGIN
        INSERT INTO found (found, rowid, name) VALUES ('delete', old.id, old.name); END`,
    )
    await session.execute('DELETE FROM posts')
    expect(await runWatched(session, ['DELETE FROM users'])).toEqual(unharmed)
  })

  it('of a table whose name is SQL are counted without running it', async () => {
    const session = await blog(place.current())
    const name = '"x""; DROP TABLE users; --"'
    await session.execute(`CREATE TABLE ${name} (user REFERENCES users (id) ON DELETE CASCADE)`)
    await session.execute(`INSERT INTO ${name} VALUES (1)`)
    const { losses } = await runWatched(session, ['DELETE FROM users'], {
      foreignKeys: true,
      expectLoss: ['posts'],
    })
    expect(losses).toEqual([{ table: 'x"; DROP TABLE users; --', rows: 1 }])
    expect(await session.query('SELECT count(*) AS n FROM users')).toEqual([{ n: 2 }])
  })

  it('of a table with a name beyond ASCII are counted', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE "Ärger" (user REFERENCES users (id) ON DELETE CASCADE)')
    await session.execute('INSERT INTO "Ärger" VALUES (2)')
    const { losses } = await runWatched(session, ['DELETE FROM users WHERE id = 2'], { foreignKeys: true })
    expect(losses).toEqual([{ table: 'Ärger', rows: 1 }])
  })
})
