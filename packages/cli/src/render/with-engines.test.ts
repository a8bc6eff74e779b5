import { expect, it } from 'vitest'
import { withEngines } from './with-engines.ts'

it('names the engines of databases where they differ', () => {
  const engines = { settings: 'sqlite', accounts: 'postgres', events: 'postgres' }
  expect(withEngines(['settings', 'accounts'], engines)).toEqual(['settings (sqlite)', 'accounts (postgres)'])
  expect(withEngines(['accounts', 'events'], engines)).toEqual(['accounts', 'events'])
  expect(withEngines(['settings', 'elsewhere'], engines)).toEqual(['settings (sqlite)', 'elsewhere'])
})
