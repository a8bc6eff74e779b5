import { describe, expect, it } from 'vitest'
import { parseManifest, portableManifest, readManifest } from '../src/index.ts'
import { useManifestFolder } from './manifest-folder.ts'

const text = `// ours
{
  "$schema": "./manifest.schema.json",
  "databases": {
    "a": { "url": "\${A_URL}", "migrations": ["a", "shared"], /* one */ "pragmas": { "cache_size": -2000 } },
    "b": { "url": "b.db", "migrations": "b" },
  },
  "environments": {
    "production": { "protected": true, "databases": { "a": { "table": "x" }, "b": { "url": "c.db" } } },
    "staging": {}
  },
  "release": "independent"
}`

describe('a manifest to take along', () => {
  const folder = useManifestFolder()

  it('is read as the file is', async () => {
    const path = folder.write('manifest.json', text)
    const options = { env: { A_URL: 'secret.db' }, environment: 'production' }
    const portable = portableManifest(path, ['a', 'b'])
    expect(await parseManifest(portable, { ...options, directory: folder.path(), file: path })).toEqual(
      await readManifest(path, options),
    )
    expect(portable).not.toMatch(/secret|ours|\$schema/)
  })

  it('names only the databases that were chosen, in every environment', async () => {
    const path = folder.write('manifest.json', text)
    expect(JSON.parse(portableManifest(path, ['b']))).toEqual({
      databases: { b: { url: 'b.db', migrations: 'b' } },
      environments: { production: { protected: true, databases: { b: { url: 'c.db' } } }, staging: {} },
      release: 'independent',
    })
  })

  it('is the same on every call', () => {
    const path = folder.write('manifest.json', text)
    expect(portableManifest(path, ['b', 'a'])).toBe(portableManifest(path, ['a', 'b']))
  })
})
