import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import type { ReleaseEvent } from '../src/index.ts'
import { Product } from './product.ts'

const page = readFileSync(new URL('../../../docs/releases.md', import.meta.url), 'utf8')
const [header = ''] = [...page.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, text = '']) => text)

it('docs/releases.md shows a header that orders a run across databases', async () => {
  const made = Product.create({
    settings: {
      '001_create_users': ['CREATE TABLE users (id);'],
      '002_roles': ['CREATE TABLE roles (id);', '', header],
    },
    ontology: {
      '001_terms': ['CREATE TABLE terms (id);'],
      '002_namespaces': ['CREATE TABLE namespaces (id);'],
      '003_more': ['CREATE TABLE more (id);'],
    },
  })
  onTestFinished(() => made.remove())
  const steps: string[] = []
  const onEvent = (event: ReleaseEvent) => {
    if (event.type === 'step-started') steps.push(`${event.database}:${event.step.id}`)
  }
  await made.up({ onEvent })
  expect(steps).toEqual([
    'settings:001_create_users',
    'ontology:001_terms',
    'ontology:002_namespaces',
    'settings:002_roles',
    'ontology:003_more',
  ])
})
