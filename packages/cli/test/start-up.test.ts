import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runBinary } from './binary.ts'
import { Project, table } from './project.ts'

/** Packages of other people that a command loads: the engine lists every script that it ran. */
function packagesOf(project: Project, ...argv: readonly string[]): readonly string[] {
  const coverage = join(project.folder, `coverage-${Math.random()}`)
  mkdirSync(coverage)
  const { exitCode, err } = runBinary(argv, { cwd: project.folder, env: { NODE_V8_COVERAGE: coverage } })
  if (exitCode === null) throw new Error(err)
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: { url: string }[] }
    return result.map(({ url }) => url)
  })
  expect(urls.some((url) => url.endsWith('whimbrel.cjs'))).toBe(true)
  const names = urls.flatMap(
    (url) => /\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/(?!.*\/node_modules\/)/.exec(url)?.[1] ?? [],
  )
  return [...new Set(names)].sort()
}

describe('a command', () => {
  it('loads neither zod nor pino where it needs neither', () => {
    const project = new Project({ app: { '001_a': table('a') } })
    for (const command of ['up', 'status', 'history', 'validate']) {
      const packages = packagesOf(project, command)
      expect(packages).toContain('better-sqlite3')
      expect(packages).not.toContain('zod')
      expect(packages).not.toContain('pino')
    }
  })

  it('loads pino for a JSON log, and zod to explain a wrong manifest', () => {
    const project = new Project({ app: { '001_a': table('a') } })
    expect(packagesOf(project, 'up', '--log-level', 'info', '--log-format', 'json')).toContain('pino')
    project.manifest({ databases: { app: { url: 7 } } })
    expect(packagesOf(project, 'status')).toContain('zod')
  })
})
