import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { KilledReleases } from './killed-release.ts'
import { Product, twoReleases } from './product.ts'

const names = ['settings', 'knowledge_graph', 'ontology']
/** In the order in which they are committed; the first one is the coordinator. */
const inOrder = [...names].sort()

let releases: KilledReleases
beforeAll(async () => {
  releases = await KilledReleases.compile()
})
afterAll(() => releases.remove())

function needsStrace({ skip }: TestContext): void {
  const tried = spawnSync('strace', ['-qq', '-e', 'trace=fsync', 'true'], { encoding: 'utf8' })
  if (tried.status !== 0) skip(`strace cannot be used here: ${tried.error?.message ?? tried.stderr}`)
}

/** What a run does to its run journals, to their directory and to the databases, in order: `sync settings.db-wal`. */
async function recorded(journalMode: string): Promise<readonly string[]> {
  const { first, second } = twoReleases(names)
  const made = Product.create(first, { journal_mode: journalMode })
  onTestFinished(() => made.remove())
  await made.up()
  made.write(second)
  const output = join(made.folder, 'trace.txt')
  const calls = 'trace=fsync,fdatasync,rename,link,unlink,pwrite64'
  const through = ['strace', '-f', '-qq', '-y', '-o', output, '-e', calls]
  expect(await releases.run(made, 'never', journalMode, through)).toBe(0)
  return readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => line.includes(made.folder) && !line.includes('.lock'))
    .flatMap((line) => wordsOf(line.replaceAll(`${made.folder}/`, '').replaceAll(made.folder, 'the folder')))
}

function wordsOf(line: string): readonly string[] {
  const [, call = '', descriptor, name, to] =
    /^\d+ +(\w+)\((?:\d+<([^>]*)>|"([^"]*)"(?:, "([^"]*)")?)/.exec(line) ?? []
  if (call === 'fsync' || call === 'fdatasync') return [`sync ${descriptor}`]
  if (call === 'pwrite64') return [`write ${descriptor}`]
  return name === undefined ? [] : [`${call} ${to ?? name}`]
}

describe.each(['WAL', 'DELETE'])('a release in journal mode %s', (mode) => {
  it('syncs its decision before it commits, and its removal before it ends', async (context) => {
    needsStrace(context)
    const calls = await recorded(mode)
    const at = (call: string) => {
      expect(calls).toContain(call)
      return calls.indexOf(call)
    }
    const decided = at(`rename ${inOrder[0]}.db.run`)
    const synced = calls.indexOf('sync the folder', decided)
    expect(synced).toBeGreaterThan(decided)
    expect(at(`sync ${inOrder[0]}.db.run.tmp`)).toBeLessThan(decided)
    for (const name of inOrder.slice(1)) expect(at(`rename ${name}.db.run`)).toBeLessThan(decided)
    // Before it is durable no database is synced, and so none is committed.
    const files =
      mode === 'WAL' ? inOrder.map((name) => `${name}.db-wal`) : inOrder.map((name) => `${name}.db`)
    const commits = files.map((file) =>
      calls.findIndex((call, index) => index > at('link ontology.db.run.tmp') && call === `sync ${file}`),
    )
    for (const commit of commits) expect(commit).toBeGreaterThan(synced)
    expect(commits).toEqual([...commits].sort((a, b) => a - b))
    const last = Math.max(...commits)
    const gone = inOrder.map((name) => calls.lastIndexOf(`unlink ${name}.db.run`))
    for (const removed of gone) expect(removed).toBeGreaterThan(last)
    expect(gone[0]).toBe(Math.max(...gone))
    expect(calls.slice(gone[0]).some((call) => call === 'sync the folder')).toBe(true)
  })
})
