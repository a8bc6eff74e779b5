import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import validateManifest from '../src/generated/validate-manifest.js'
import { manifestSchema } from '../src/manifest-schema.ts'
import { pragmaRules } from '../src/pragmas.ts'

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,4}$/)
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.constantFrom('${X}', 'a.db', '\u{1F4A5}', '\n'),
)
const pragmas = fc.dictionary(
  fc.constantFrom(...Object.keys(pragmaRules)),
  fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
  { maxKeys: 4 },
)
const optional = {
  layout: fc.constantFrom('single-file', 'directory', 'paired', '${LAYOUT}'),
  table: text,
  pragmas,
  transaction: fc.constantFrom('batch', 'each', 'all', 'x${T:-all}'),
  backup: fc.record(
    {
      directory: text,
      keep: fc.integer({ min: 1, max: 1_000_000 }),
      maxAge: fc.constantFrom('36h', '90d', '8w', '${AGE}'),
      maxSize: fc.constantFrom('500MB', '20GB', '${ROOM}'),
      before: fc.constantFrom('destructive', 'always', 'never'),
    },
    { requiredKeys: [] },
  ),
  drift: fc.record(
    {
      ignore: fc.array(
        fc.constantFrom(
          'fts_*',
          'table:tmp_*',
          'index:i',
          'view:a:b',
          'trigger:*',
          'column:t.c',
          'constraint:*.*',
        ),
      ),
    },
    { requiredKeys: [] },
  ),
  lockTimeout: fc.constantFrom('5s', '500ms', '2m', '${WAIT}'),
  schema: text,
}
const database = fc.record(
  { url: text, migrations: text, ...optional },
  { requiredKeys: ['url', 'migrations'] },
)
const override = fc.record({ url: text, migrations: text, ...optional }, { requiredKeys: [] })
const environment = fc.record(
  { protected: fc.boolean(), databases: fc.dictionary(name, override, { maxKeys: 2 }) },
  { requiredKeys: [] },
)
const manifest = fc.record(
  {
    $schema: fc.string(),
    databases: fc.dictionary(name, database, { minKeys: 1, maxKeys: 3 }),
    environments: fc.dictionary(name, environment, { maxKeys: 2 }),
    release: fc.constantFrom('atomic', 'independent', '${RELEASE}'),
  },
  { requiredKeys: ['databases'] },
)

type Mutable = Record<string, unknown>
const objectsIn = (value: unknown): Mutable[] =>
  typeof value === 'object' && value !== null
    ? [value as Mutable, ...Object.values(value).flatMap(objectsIn)]
    : []

const strange = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '5',
    'x',
    '9x',
    '${',
    'batch',
    'on',
    null,
    true,
    -1,
    0,
    1.5,
    2 ** 53,
    1e308,
    Number.POSITIVE_INFINITY,
  ),
  fc.constantFrom([], {}, [1], { a: 1 }, { url: 'a', migrations: 'b' }),
  fc.string(),
)
const key = fc.oneof(
  fc.constantFrom(
    'url',
    'migrations',
    'keep',
    'databases',
    'protected',
    'pragmas',
    'constructor',
    '',
    '9x',
    'a b',
    'toString',
  ),
  fc.string({ maxLength: 4 }),
)
/** A manifest with one thing removed, replaced or added, anywhere in it. */
const mutated = fc
  .tuple(manifest, fc.nat(), fc.nat(), key, strange, fc.constantFrom('remove', 'replace', 'add'))
  .map(([original, at, which, added, value, action]) => {
    const copy: unknown = structuredClone(original)
    const objects = objectsIn(copy)
    const target = objects[at % objects.length] ?? {}
    const present = Object.keys(target)[which % Math.max(1, Object.keys(target).length)] ?? added
    if (action === 'remove') delete target[present]
    else target[action === 'add' ? added : present] = value
    return copy
  })

describe('the compiled validator', () => {
  it('accepts every proper manifest, as the schema does', () => {
    fc.assert(
      fc.property(manifest, (data) => {
        expect(manifestSchema.safeParse(data).error?.issues ?? []).toEqual([])
        expect(validateManifest(data)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('says of every changed manifest what the schema says', () => {
    let refused = 0
    fc.assert(
      fc.property(mutated, (data) => {
        const accepted = manifestSchema.safeParse(data).success
        if (!accepted) refused += 1
        expect(validateManifest(data)).toBe(accepted)
      }),
      { numRuns: 1500 },
    )
    expect(refused).toBeGreaterThan(300)
  })

  it('says of any JSON value what the schema says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        expect(validateManifest(data)).toBe(manifestSchema.safeParse(data).success)
      }),
      { numRuns: 200 },
    )
  })
})
