import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/fixture.ts'
import { LintedDatabase, sourceOf } from './linted.ts'

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT);'

/** What lint says of a file, with its header and its up part. */
async function lintFile({
  header = '',
  up,
  down = 'SELECT 1;',
}: {
  header?: string
  up: string
  down?: string
}) {
  const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
  await database.apply(users)
  const text = `${header}\n-- === UP MIGRATION ===\n${up}\n-- === DOWN MIGRATION ===\n${down}\n`
  const { findings, ignored } = await database.lint([users, text])
  return { ignored, found: findings.map(({ code, line }) => `${line ?? '-'} ${code}`), findings }
}

describe('a comment that ignores a rule', () => {
  it('counts for the whole file where it stands in the header', async () => {
    const up = 'ALTER TABLE users DROP COLUMN email;\nALTER TABLE users DROP COLUMN phone;'
    const header = '-- whimbrel-lint-ignore DROPS_DATA nobody uses them'
    expect(await lintFile({ header, up })).toMatchObject({ ignored: 2, found: [] })
  })

  it('counts for the next statement where it stands in the up part, and for no other', async () => {
    const up = `-- whimbrel-lint-ignore DROPS_DATA nobody uses it
ALTER TABLE users DROP COLUMN email;
ALTER TABLE users DROP COLUMN phone;`
    expect(await lintFile({ up })).toMatchObject({ ignored: 1, found: ['5 DROPS_DATA'] })
  })

  it('counts for the statement that it stands in, or behind on its last line', async () => {
    const up = `ALTER TABLE users
-- whimbrel-lint-ignore DROPS_DATA nobody uses it
DROP COLUMN email; -- whimbrel-lint-ignore DROPS_DATA really
ALTER TABLE users DROP COLUMN phone; -- whimbrel-lint-ignore DROPS_DATA nor this one`
    expect(await lintFile({ up })).toMatchObject({ ignored: 2, found: [] })
  })

  it('may be written in any case, and with a colon', async () => {
    const header = '--Whimbrel-Lint-Ignore: drops_data nobody uses it'
    expect(await lintFile({ header, up: 'ALTER TABLE users DROP COLUMN email;' })).toMatchObject({
      found: [],
    })
  })

  it('ignores nothing of another rule', async () => {
    const header = '-- whimbrel-lint-ignore NO_DOWN there is one'
    const { found } = await lintFile({ header, up: 'ALTER TABLE users DROP COLUMN email;' })
    expect(found).toEqual(['1 IGNORE_UNUSED', '3 DROPS_DATA'])
  })

  it('lets an error through as well, with its reason', async () => {
    const up = `-- whimbrel-lint-ignore NOT_NULL_WITHOUT_DEFAULT users is emptied before this release
ALTER TABLE users ADD COLUMN role TEXT NOT NULL;`
    expect(await lintFile({ up })).toMatchObject({ ignored: 1, found: [] })
  })

  it('suggests the code that was meant where it names none that there is', async () => {
    const header = '-- whimbrel-lint-ignore DROP_DATA nobody uses it'
    const { findings, found } = await lintFile({ header, up: 'ALTER TABLE users DROP COLUMN email;' })
    expect(found).toEqual(['1 IGNORE_UNKNOWN', '3 DROPS_DATA'])
    expect(findings[0]).toMatchObject({ level: 'warning', hint: 'Did you mean DROPS_DATA?' })
  })

  it.each(['', '   ', ' -', ' …', ' --'])('has no effect without a reason: "%s"', async (reason) => {
    const header = `-- whimbrel-lint-ignore DROPS_DATA${reason}`
    const { found } = await lintFile({ header, up: 'ALTER TABLE users DROP COLUMN email;' })
    expect(found).toEqual(['1 IGNORE_WITHOUT_REASON', '3 DROPS_DATA'])
  })

  it.each(['-- whimbrel-lint-ignore', '-- whimbrel-lint-ignore:'])(
    'has to name a code: %s',
    async (header) => {
      const { found, findings } = await lintFile({ header, up: 'SELECT 1;' })
      expect(found).toEqual(['1 IGNORE_UNKNOWN'])
      expect(findings[0]?.hint).toContain('NOT_NULL_WITHOUT_DEFAULT')
    },
  )

  it('is recognised when it is misspelt', async () => {
    const { findings } = await lintFile({ header: '-- whimbrel-lint-ingore NO_DOWN x', up: 'SELECT 1;' })
    expect(findings).toMatchObject([
      { code: 'IGNORE_UNKNOWN', hint: 'Did you mean "-- whimbrel-lint-ignore CODE reason"?' },
    ])
  })

  it('is a note where it matches nothing, stands in the down part, or has no statement behind it', async () => {
    const remark = '-- whimbrel-lint-ignore NO_DOWN because'
    const { found } = await lintFile({ up: `${remark}\nSELECT 1;\n${remark}`, down: `${remark}\nSELECT 1;` })
    expect(found).toEqual(['3 IGNORE_UNUSED', '5 IGNORE_UNUSED', '7 IGNORE_UNUSED'])
  })

  it('neither changes a checksum nor is it a wrong header line', async () => {
    const up = '\n-- === UP MIGRATION ===\nSELECT 1;\n-- === DOWN MIGRATION ===\nSELECT 2;\n'
    const database = new LintedDatabase(join(temporaryFolder(), 'app.db'))
    const migrations = async (text: string) => {
      const { entries } = await sourceOf({ '001_a': text }).list()
      return (await entries[0]?.read())?.parse(database.driver().dialect)
    }
    const plain = await migrations(up)
    const ignoring = await migrations(`-- whimbrel-lint-ignore NO_DOWN Depends-On: nothing${up}`)
    expect(ignoring?.migration.checksum).toBe(plain?.migration.checksum)
    expect(ignoring?.migration.dependsOn).toEqual([])
    expect(ignoring?.warnings).toEqual([])
  })
})
