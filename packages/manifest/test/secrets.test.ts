import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { useManifestFolder } from './manifest-folder.ts'

const secret = 'h0rse-b4ttery'
const urls = [
  `postgres://app:${secret}@db:99999/x`,
  `mysql://app:${secret}@db/x`,
  `oracle://app:${secret}@db/x`,
  `app:${secret}@db/x`,
  `postgres://db/x?password=${secret}`,
  `sqlite:x.db?password=${secret}`,
  `postgres://app:${secret}@db/x/`,
]
const values = [
  ...urls,
  ...urls.map((url) => `\${${url}}`),
  ...urls.map((url) => `\${X:-${url}}`),
  '${SECRET_URL}',
]

/** Every place of a manifest where somebody may put a url by mistake. */
const places: readonly ((text: string) => unknown)[] = [
  (text) => ({ databases: { a: { url: text, migrations: 'a' } } }),
  (text) => ({ databases: { a: { url: [text], migrations: text, layout: text, lockTimeout: text } } }),
  (text) => ({
    databases: { a: { url: 'a.db', migrations: 'a', layout: text, transaction: text, lockTimeout: text } },
  }),
  (text) => ({
    databases: { a: { url: 'a.db', migrations: 'a', pragmas: { journal_mode: text, [text]: 1 } } },
  }),
  (text) => ({ databases: { a: { url: 'a.db', migrations: 'a', pragmas: { journal_mode: text } } } }),
  (text) => ({ databases: { a: { url: 'a.db', migrations: 'a', backup: { before: text, keep: text } } } }),
  (text) => ({ databases: { [text]: { url: text } } }),
  (text) => ({ databases: { a: text } }),
  (text) => ({ databases: { a: { [text]: text, url: text, migrations: 'a' } }, [text]: 1, release: text }),
  (text) => ({
    databases: { a: { url: 'a.db', migrations: 'a' } },
    environments: { e: { databases: { [text]: {} } } },
  }),
  (text) => ({ databases: { a: { url: 'a.db', migrations: 'a' } }, environments: { [text]: text } }),
  (text) => ({
    databases: { a: { url: text, migrations: 'a' }, b: { url: text, migrations: 'b', pragmas: {} } },
  }),
  (text) => text,
  (text) => [text],
]

describe('a password in a manifest', () => {
  const folder = useManifestFolder()

  it('is in no message, hint or detail, wherever the url stands', async () => {
    const env = { SECRET_URL: urls[0] }
    let refused = 0
    for (const value of values) {
      for (const place of places) {
        const content = JSON.stringify(place(value), null, 1)
        for (const text of [content, content.slice(0, -3), `${content}x`, content.replaceAll('"', '')]) {
          await folder.read(text, { env, environment: 'e' }).catch((error) => {
            refused += 1
            expect(
              JSON.stringify([error.message, error.hint, error.details, String(error.cause)]),
            ).not.toContain(secret)
          })
        }
      }
    }
    expect(refused).toBeGreaterThan(1000)
  })

  it('is not shown in the display url, and stays in the url', async () => {
    const password = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `<${text}>`)
    await fc.assert(
      fc.asyncProperty(password, async (word) => {
        const url = `postgres://app:${encodeURIComponent(word)}@db/x`
        const { databases } = await folder.read({ databases: { a: { url, migrations: 'a' } } })
        expect(databases[0]).toMatchObject({ url, displayUrl: 'postgres://app:***@db/x' })
      }),
      { numRuns: 30 },
    )
  })
})
