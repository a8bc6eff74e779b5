import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type ReleaseRequest, releaseOf } from '../src/index.ts'
import { Product } from './product.ts'

const requests: readonly (readonly [string, ReleaseRequest])[] = [
  ['together', { direction: 'up' }],
  ['one after the other', { direction: 'up', release: 'independent' }],
  ['alone', { direction: 'up', databases: ['a'] }],
]

/** Two names for one file that is not there yet. */
function twoNames(): Product {
  const migrations = { '001_a': ['CREATE TABLE a (id);'] as const }
  const made = Product.create({ a: migrations, b: migrations })
  onTestFinished(() => made.remove())
  mkdirSync(join(made.folder, 'real'))
  for (const name of made.names) symlinkSync(join('real', 'one.db'), made.path(name))
  return made
}

it.each(requests)('one file under two names is refused before anything runs: %s', async (_, request) => {
  const made = twoNames()
  const expected = {
    code: 'USAGE',
    message: `a and b are the same database: ${join(made.folder, 'real', 'one.db')}`,
  }
  await expect(made.runner().plan(request)).rejects.toMatchObject(expected)
  const error = await made
    .runner()
    .run(request)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject(expected)
  expect(releaseOf(error)).toBeUndefined()
  expect(existsSync(join(made.folder, 'real', 'one.db'))).toBe(false)
})
