import { type CodeMigration, codeSource, type WrittenMigration } from '@whimbrel/core'
import { expect, it, onTestFinished } from 'vitest'
import type { RecoveryReport, ReleaseDatabase } from '../src/index.ts'
import { committed, interrupt } from './interrupted-release.ts'
import { Product } from './product.ts'

const first: CodeMigration = {
  id: '001_notes',
  up: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)',
  down: 'DROP TABLE notes',
}
const second: WrittenMigration = {
  id: '002_greet',
  revision: '1',
  up: (session) => session.execute("INSERT INTO notes (body) VALUES ('hello')"),
  down: (session) => session.execute("DELETE FROM notes WHERE body = 'hello'"),
}

/** Databases whose migrations are code: those of `a` and of `b`. */
function written(
  product: Product,
  [a, b]: readonly [readonly CodeMigration[], readonly CodeMigration[]],
): readonly ReleaseDatabase[] {
  return product.databases((name) => ({ source: codeSource(name === 'a' ? a : b) }))
}

async function interrupted(): Promise<Product> {
  const made = Product.create({ a: {}, b: {} })
  onTestFinished(() => made.remove())
  await made.runner({ databases: written(made, [[first], [first]]) }).run({ direction: 'up' })
  const both = [first, second]
  await interrupt(made, { at: committed('a'), options: { databases: written(made, [both, both]) } })
  return made
}

const outcomes = ([report]: readonly RecoveryReport[]) => [
  report?.outcome,
  ...(report?.databases.map(({ outcome }) => outcome) ?? []),
]
const bodies = (made: Product) => made.names.map((name) => made.rows(name, 'SELECT body FROM notes').length)

it('migrations that are functions are run again to finish an interrupted run', async () => {
  const made = await interrupted()
  expect(bodies(made)).toEqual([1, 0])
  const databases = written(made, [
    [first, second],
    [first, second],
  ])
  expect(outcomes(await made.runner({ databases }).recover())).toEqual(['finished', 'kept', 'finished'])
  expect(bodies(made)).toEqual([1, 1])
})

it('and take back what was committed where one of them is another one now', async () => {
  const made = await interrupted()
  const databases = written(made, [
    [first, second],
    [first, { ...second, revision: '2' }],
  ])
  expect(outcomes(await made.runner({ databases }).recover())).toEqual([
    'taken-back',
    'taken-back',
    'untouched',
  ])
  expect(bodies(made)).toEqual([0, 0])
})

it('but nothing is changed where the function that takes it back is gone', async () => {
  const made = await interrupted()
  const databases = written(made, [[first], [first]])
  await expect(made.runner({ databases }).recover()).rejects.toMatchObject({
    code: 'RUN_UNFINISHED',
    message: expect.stringMatching(
      /b cannot go forward: 002_greet is not .*; a cannot be taken back either: The down of 002_greet is code/,
    ),
  })
  expect(bodies(made)).toEqual([1, 0])
})
