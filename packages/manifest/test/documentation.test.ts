import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { manifestKeys } from '../src/manifest-schema.ts'
import { useManifestFolder } from './manifest-folder.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const documents = { reference: read('../../../docs/manifest.md'), readme: read('../README.md') }
const examples = Object.values(documents).flatMap((text) =>
  [...text.matchAll(/```json\n(.*?)```/gs)].map((match) => match[1] ?? ''),
)

describe('the documentation', () => {
  const folder = useManifestFolder()

  it('names every key and every pragma', () => {
    for (const key of Object.values(manifestKeys).flat()) expect(documents.reference).toContain(`\`${key}\``)
  })

  it('shows only manifests that can be read, in every environment they have', async () => {
    expect(examples.length).toBeGreaterThan(3)
    for (const example of examples) {
      const environments = Object.keys(JSON.parse(example).environments ?? {})
      for (const environment of [undefined, ...environments]) {
        const env = { SETTINGS_URL: 'sqlite:live.db' }
        expect((await folder.read(example, { env, environment })).databases.length).toBeGreaterThan(0)
      }
    }
  })
})
