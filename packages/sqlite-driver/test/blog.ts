import type { Place } from './open-session.ts'

/** Two users, one of them with two posts that would be deleted with it. */
export async function blog(place: Place) {
  const session = await place.session()
  for (const sql of [
    'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)',
    'CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id) ON DELETE CASCADE)',
    "INSERT INTO users VALUES (1, 'a'), (2, 'b')",
    'INSERT INTO posts VALUES (1, 1), (2, 1)',
  ]) {
    await session.execute(sql)
  }
  return session
}
