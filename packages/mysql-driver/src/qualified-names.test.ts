import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qualifiersIn, withoutQualifier } from './qualified-names.ts'

const named = (sql: string) => qualifiersIn(sql).map(({ name }) => name)

describe('the names of databases in a statement', () => {
  it.each([
    ['INSERT INTO app.birds VALUES (1)', ['app']],
    ['UPDATE `app` . `birds` SET name = 1', ['app']],
    ['SELECT app.birds.id FROM birds', ['app']],
    ['ALTER TABLE birds ADD FOREIGN KEY (nest) REFERENCES app.nests (id)', ['app']],
    ['CREATE INDEX i ON app.birds (id)', ['app']],
    ['DROP TABLE birds, app.nests', ['app']],
    ['RENAME TABLE app.birds TO old.birds', ['app', 'old']],
    [
      'CREATE TRIGGER app.t AFTER INSERT ON app.birds FOR EACH ROW DELETE FROM app.nests',
      ['app', 'app', 'app'],
    ],
    ['SELECT * FROM birds AS app, old.nests WHERE app.id = 1', ['old']],
  ])('%s', (sql, expected) => {
    expect(named(sql)).toEqual(expected)
  })

  it.each([
    'SELECT birds.id FROM birds JOIN nests n ON n.id = birds.nest',
    "SELECT 'app.birds', 1.5 FROM birds -- app.birds",
    'SELECT b.id FROM birds b /* FROM app.birds */',
  ])('none are in %s', (sql) => {
    expect(named(sql)).toEqual([])
  })

  it('are taken away without touching anything else', () => {
    const sql = "SELECT `my app`.birds.id, 'my app.x' FROM `my app`.`birds` WHERE x.y = 1"
    expect(withoutQualifier(sql, 'my app')).toBe("SELECT birds.id, 'my app.x' FROM `birds` WHERE x.y = 1")
    const word = fc.constantFrom('a', '`b`', "'c'", '.', ' ', ',', 'FROM', '--', '\n', '/*', '*/', '"')
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(withoutQualifier(words.join(''), 'never')).toBe(words.join(''))
      }),
    )
  })
})
