import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KillMoment, killRepeatedly } from '@whimbrel/testing'
import { describe, expect, it } from 'vitest'
import { runInProcess } from '../packages/cli/test/in-process.ts'
import { cleanEnv, Project, stateOf, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'

/** Few moments, because a campaign goes through all of them. More rounds find rarer ones: KILL_ROUNDS=500. */
const rounds = Number(process.env.KILL_ROUNDS ?? 3)
const seed = Number(process.env.KILL_SEED ?? 1)
const names = ['settings', 'knowledge_graph', 'ontology'] as const
const suffixes = ['', '-wal', '-shm', '-journal', '.lock', '.lock-journal', '.run', '.run.tmp']

const fill = (table: string) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO ${table} (a) SELECT hex(randomblob(40)) FROM n;`
const migrations = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => {
    const table = `t${index + 1}`
    const up = `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, a TEXT);\n${fill(table)}`
    return [`00${index + 1}_${table}`, migration(up, `DROP TABLE ${table};`)]
  }),
)
const all = Object.keys(migrations)

/** Three databases with the same migrations, in one journal mode. */
class Product extends Project {
  constructor(journalMode: string) {
    super()
    const entry = (name: string) => ({
      url: `${name}.db`,
      migrations: name,
      pragmas: { journal_mode: journalMode },
    })
    const databases = Object.fromEntries(names.map((name) => [name, entry(name)]))
    writeFileSync(join(this.folder, 'whimbrel.json'), JSON.stringify({ databases }))
    for (const name of names) this.write(migrations, name)
  }

  remove(): void {
    for (const name of names) {
      for (const suffix of suffixes) rmSync(join(this.folder, `${name}.db${suffix}`), { force: true })
    }
  }

  standing(): readonly (readonly string[])[] {
    return names.map((name) => stateOf(join(this.folder, `${name}.db`)).applied)
  }

  journals(): readonly string[] {
    return names.filter((name) => existsSync(join(this.folder, `${name}.db.run`)))
  }
}

describe.each(['WAL', 'DELETE'])('an up over three databases in journal mode %s', (journalMode) => {
  it(
    'leaves all at the new state or all at the old one after kill -9 and one more command',
    async () => {
      const product = new Product(journalMode)
      const report = await killRepeatedly({
        command: whimbrel('up', '--lock-timeout', '5s'),
        cwd: product.folder,
        env: cleanEnv,
        rounds,
        seed,
        begun: () => names.every((name) => existsSync(join(product.folder, `${name}.db.lock`))),
        reset: () => product.remove(),
        check: async ({ phase }: KillMoment) => {
          if (phase !== 'killed') {
            expect([product.standing(), product.journals()]).toEqual([names.map(() => all), []])
            return undefined
          }
          const isDecided = product.journals().length === names.length
          const { exitCode } = await runInProcess(['recover'], { cwd: product.folder, env: cleanEnv })
          expect(exitCode).toBe(0)
          const standing = product.standing()
          const [first = []] = standing
          expect(standing).toEqual(names.map(() => first))
          expect([0, all.length]).toContain(first.length)
          if (isDecided) expect(first).toEqual(all)
          expect(product.journals()).toEqual([])
          return first.length === 0 ? 'old' : 'new'
        },
      })
      expect(report.killed).toBeGreaterThan(0)
    },
    30_000 + rounds * 4_000,
  )
})
