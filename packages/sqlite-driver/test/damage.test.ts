import { describe, expect, it } from 'vitest'
import { blog } from './blog.ts'
import { eachTestInItsPlace } from './open-session.ts'
import { runInside, runWatched, unharmed } from './watched-script.ts'

const place = eachTestInItsPlace()

const rightRebuild = [
  'CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
  'INSERT INTO users_new SELECT id, name FROM users',
  'DROP TABLE users',
  'ALTER TABLE users_new RENAME TO users',
]
const wrongRebuild = [
  'ALTER TABLE users RENAME TO users_old',
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)',
  'INSERT INTO users SELECT id, name FROM users_old',
  'DROP TABLE users_old',
]

describe('a table rebuild', () => {
  it('does no damage in the order create new, copy, drop old, rename', async () => {
    const session = await blog(place.current())
    expect(await runWatched(session, rightRebuild)).toEqual(unharmed)
    expect(await session.query('SELECT count(*) AS n FROM posts')).toEqual([{ n: 2 }])
  })

  it('loses child rows with foreign keys on, and that is seen', async () => {
    const session = await blog(place.current())
    expect(await runWatched(session, rightRebuild, { foreignKeys: true })).toEqual({
      ...unharmed,
      losses: [{ table: 'posts', rows: 2 }],
    })
  })

  it('loses child rows in peace where the author expects it', async () => {
    const session = await blog(place.current())
    const options = { foreignKeys: true, expectLoss: ['Posts'] }
    expect(await runWatched(session, rightRebuild, options)).toEqual(unharmed)
  })

  it('that renames the old table away leaves children pointing at nothing, and that is seen', async () => {
    const session = await blog(place.current())
    const dangling = [{ table: 'posts', parent: 'users_old' }]
    expect(await runWatched(session, wrongRebuild)).toEqual({ ...unharmed, dangling })
  })

  it('that renames the old table away is seen without a single row, too', async () => {
    const session = await blog(place.current())
    await session.execute('DELETE FROM users')
    const { dangling } = await runWatched(session, wrongRebuild)
    expect(dangling).toEqual([{ table: 'posts', parent: 'users_old' }])
  })

  it('of a table that refers to itself does no damage', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE parts (id INTEGER PRIMARY KEY, whole INTEGER REFERENCES parts (id))')
    await session.execute('INSERT INTO parts VALUES (1, NULL), (2, 1)')
    const rebuild = [
      'CREATE TABLE parts_new (id INTEGER PRIMARY KEY, whole INTEGER REFERENCES parts (id), note TEXT)',
      'INSERT INTO parts_new (id, whole) SELECT id, whole FROM parts',
      'DROP TABLE parts',
      'ALTER TABLE parts_new RENAME TO parts',
    ]
    expect(await runWatched(session, rebuild)).toEqual(unharmed)
  })
})

describe('foreign keys', () => {
  it('that a script violates are counted by table and parent', async () => {
    const session = await blog(place.current())
    const damage = await runWatched(session, ['DELETE FROM users WHERE id = 1'])
    expect(damage).toEqual({ ...unharmed, violations: [{ table: 'posts', parent: 'users', count: 2 }] })
  })

  it.each([
    ['an insert', 'INSERT INTO posts VALUES (9, 99)'],
    ['an update of the child', 'UPDATE posts SET author = 99 WHERE id = 2'],
    ['an update of the parent', 'UPDATE users SET id = 98 WHERE id = 2'],
    ['a replacement', 'REPLACE INTO posts VALUES (2, 99)'],
    ['a new column', 'ALTER TABLE users ADD COLUMN boss INTEGER DEFAULT 7 REFERENCES users (id)'],
  ])('can be violated by %s', async (_, statement) => {
    const session = await blog(place.current())
    await session.execute('INSERT INTO posts VALUES (3, 2)')
    expect((await runWatched(session, [statement])).violations).not.toEqual([])
  })

  it('can be violated through a trigger', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE marks (id)')
    await session.execute('CREATE TRIGGER t AFTER INSERT ON marks BEGIN UPDATE posts SET author = 99; END')
    expect(await runWatched(session, ['INSERT INTO marks VALUES (1)'])).toMatchObject({
      violations: [{ table: 'posts', parent: 'users', count: 2 }],
    })
  })

  it('that were violated before are not the fault of a script', async () => {
    const session = await blog(place.current())
    await session.transaction(() => session.execute('INSERT INTO posts VALUES (3, 77)'))
    expect(await runWatched(session, ['INSERT INTO posts VALUES (4, 1)'])).toEqual(unharmed)
    const { violations } = await runWatched(session, ['INSERT INTO posts VALUES (5, 78)'])
    expect(violations).toEqual([{ table: 'posts', parent: 'users', count: 1 }])
  })

  it('that were violated before are not the fault of a script that renames', async () => {
    const session = await blog(place.current())
    await session.transaction(() => session.execute('INSERT INTO posts VALUES (3, 77)'))
    expect(await runWatched(session, ['ALTER TABLE posts RENAME TO articles'])).toEqual(unharmed)
    expect(await runWatched(session, ['ALTER TABLE users RENAME TO people'])).toEqual(unharmed)
    const { violations } = await runWatched(session, ['INSERT INTO articles VALUES (5, 78)'])
    expect(violations).toEqual([{ table: 'articles', parent: 'people', count: 1 }])
  })

  it('that one script violates are not charged to the next one', async () => {
    const session = await blog(place.current())
    await session.transaction(async () => {
      const first = session.transaction(() => runInside(session, ['INSERT INTO posts VALUES (3, 1)']))
      expect(await first).toEqual(unharmed)
      const undone = session.transaction(async () => {
        const { violations } = await runInside(session, ['INSERT INTO posts VALUES (4, 99)'])
        throw new Error(String(violations.length))
      })
      await expect(undone).rejects.toThrow('1')
      expect(await runInside(session, ['INSERT INTO posts VALUES (5, 2)'])).toEqual(unharmed)
    })
  })

  it('of a table that the script itself makes are checked', async () => {
    const session = await blog(place.current())
    const statements = [
      'CREATE TABLE likes (post INTEGER REFERENCES posts (id))',
      'INSERT INTO likes VALUES (1), (50), (51)',
    ]
    expect((await runWatched(session, statements)).violations).toEqual([
      { table: 'likes', parent: 'posts', count: 2 },
    ])
    expect(await runWatched(session, [statements[0] ?? '', 'INSERT INTO likes VALUES (1)'])).toEqual(unharmed)
  })

  it('may refer to a table that will be made later', async () => {
    const session = await blog(place.current())
    expect(await runWatched(session, ['CREATE TABLE likes (tag INTEGER REFERENCES tags (id))'])).toEqual(
      unharmed,
    )
    expect(await runWatched(session, ['DROP TABLE posts'])).toEqual(unharmed)
  })

  it('dangle when their parent is dropped', async () => {
    const session = await blog(place.current())
    const dangling = [{ table: 'posts', parent: 'users' }]
    expect(await runWatched(session, ['DROP TABLE users'])).toEqual({ ...unharmed, dangling })
    expect(await runWatched(session, ['DROP TABLE posts', 'DROP TABLE users'])).toEqual(unharmed)
  })

  it('follow a parent that is renamed', async () => {
    const session = await blog(place.current())
    expect(await runWatched(session, ['ALTER TABLE users RENAME TO people'])).toEqual(unharmed)
    expect((await runWatched(session, ['DROP TABLE people'])).dangling).toEqual([
      { table: 'posts', parent: 'people' },
    ])
  })

  it('are violated when the parent loses the unique key that they need', async () => {
    const session = await blog(place.current())
    await session.execute('CREATE TABLE tags (word TEXT)')
    await session.execute('CREATE UNIQUE INDEX words ON tags (word)')
    await session.execute('CREATE TABLE labels (tag TEXT REFERENCES tags (word))')
    await session.execute("INSERT INTO tags VALUES ('x')")
    await session.execute("INSERT INTO labels VALUES ('x')")
    const { violations } = await runWatched(session, ['DROP INDEX words', 'UPDATE labels SET tag = tag'])
    expect(violations).toEqual([{ table: 'labels', parent: 'tags', count: 1 }])
  })

  it('that another connection adds meanwhile are known', async () => {
    const session = await blog(place.current())
    expect(await runWatched(session, ['INSERT INTO users VALUES (3, NULL)'])).toEqual(unharmed)
    place
      .current()
      .handle()
      .exec('CREATE TABLE notes (author INTEGER REFERENCES users (id)); INSERT INTO notes VALUES (3)')
    const { violations } = await runWatched(session, ['DELETE FROM users WHERE id = 3'])
    expect(violations).toEqual([{ table: 'notes', parent: 'users', count: 1 }])
  })

  it('that were added without a watch are known', async () => {
    const session = await blog(place.current())
    await session.transaction(async () => {
      expect(await runInside(session, ['INSERT INTO users VALUES (3, NULL)'])).toEqual(unharmed)
      await session.execute('CREATE TABLE notes (author INTEGER REFERENCES users (id))')
      await session.execute('INSERT INTO notes VALUES (3)')
      const { violations } = await runInside(session, ['DELETE FROM users WHERE id = 3'])
      expect(violations).toEqual([{ table: 'notes', parent: 'users', count: 1 }])
    })
  })
})
