import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileValidator } from '../scripts/compile-validator.mjs'
import { manifestJsonSchema } from '../src/index.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('the checked-in files', () => {
  it('are what the schema generates', async () => {
    const schema = await manifestJsonSchema()
    const remedy = 'run "pnpm --filter @whimbrel/manifest generate"'
    expect(read('../manifest.schema.json'), remedy).toBe(schema)
    expect(read('../../../databases/manifest.schema.json'), remedy).toBe(schema)
    expect(read('../src/generated/validate-manifest.js'), remedy).toBe(compileValidator(schema))
  })

  it('tell an editor what each key is for', async () => {
    const undescribed: string[] = []
    const visit = (schema: Record<string, unknown>, path: string) => {
      for (const [key, value] of Object.entries(
        (schema.properties ?? {}) as Record<string, Record<string, unknown>>,
      )) {
        const [reference] = (value.allOf ?? []) as { $ref?: string }[]
        if (value.description === undefined && reference?.$ref === undefined)
          undescribed.push(`${path}.${key}`)
      }
    }
    const root = JSON.parse(await manifestJsonSchema())
    visit(root, 'manifest')
    for (const [name, definition] of Object.entries(root.definitions))
      visit(definition as Record<string, unknown>, name)
    expect(undescribed).toEqual([])
  })
})
