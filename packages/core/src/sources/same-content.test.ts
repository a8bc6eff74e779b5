import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText, gap, token } from '../../test/sql-fragments.ts'
import { MigrateError } from '../migrate-error.ts'
import type { Source } from '../ports/source.ts'
import { sqliteDialect } from '../sql/sqlite-dialect.ts'
import { bundleSource } from './bundle/bundle-source.ts'
import { codeSource } from './code/code-source.ts'

interface Texts {
  readonly up: string
  readonly down: string
}

const inCode = ({ up, down }: Texts): Source => codeSource([{ id: '001_a', up, down }])
const inFile = ({ up, down }: Texts): Source => {
  const sql = `-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
  return bundled('single-file', { sql })
}
const inPair = (texts: Texts): Source => bundled('paired', { ...texts })

function bundled(layout: 'single-file' | 'paired', files: Readonly<Record<string, string>>): Source {
  const app = { layout, migrations: [{ id: '001_a', files }] }
  return bundleSource({ whimbrel: 1, manifest: '{}', databases: { app } }, 'app')
}

/** What a database keeps of a migration; undefined where it is refused. */
async function kept(source: Source) {
  const [entry] = (await source.list()).entries
  try {
    const { migration } = (await entry?.read())?.parse(sqliteDialect) ?? expect.fail('no entry')
    const { checksum, downChecksum, empty, reversible } = migration
    return { checksum, downChecksum, empty, reversible }
  } catch (error) {
    if (MigrateError.is(error)) return undefined
    throw error
  }
}

const pieces = fc
  .array(fc.oneof(token, gap, fc.constant(';')), { maxLength: 12 })
  .map((parts) => parts.join(' '))

describe('the same SQL in a file, in two files, and in code', () => {
  it('has the same checksums', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, pieces, async (up, down) => {
        const code = await kept(inCode({ up, down }))
        expect(await kept(inFile({ up, down }))).toEqual(code)
        expect(await kept(inPair({ up, down }))).toEqual(code)
      }),
    )
  })

  it('has the same checksums or is refused, whatever stands there', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (up, down) => {
        const code = await kept(inCode({ up, down }))
        expect(await kept(inPair({ up, down }))).toEqual(code)
        // In one file a quotation mark that is open reaches into the other part.
        expect([code, undefined]).toContainEqual(await kept(inFile({ up, down })))
      }),
    )
  })
})
