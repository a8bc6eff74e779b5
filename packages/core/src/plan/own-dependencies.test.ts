import { describe, expect, it } from 'vitest'
import type { Dependency } from '../model/migration.ts'
import { withOwnDependencies } from './own-dependencies.ts'

const on = (database: string | undefined, target = '3', optional = false): Dependency => ({
  database,
  target,
  optional,
})

describe('withOwnDependencies', () => {
  it('takes the name of its own database off a dependency, and nothing else', () => {
    const items = [{ id: 'a', dependsOn: [on('settings', '003', true), on('ontology'), on(undefined)] }]
    expect(withOwnDependencies(items, 'settings')).toEqual([
      { id: 'a', dependsOn: [{ target: '003', optional: true }, on('ontology'), on(undefined)] },
    ])
  })

  it('leaves everything as it is where the database has no name, or another one', () => {
    const items = [{ dependsOn: [on('settings')] }]
    expect(withOwnDependencies(items, undefined)).toBe(items)
    expect(withOwnDependencies(items, 'Settings')[0]).toBe(items[0])
  })
})
