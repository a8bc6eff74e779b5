import type { Applied, Dependency, Migration } from '@whimbrel/core'
import type { KnownDatabase, ReleasePlan } from '../src/index.ts'

/** `001_a`, or with what it depends on: `001_a needs ontology:2, ?settings:3`. */
export type Written = string

/** A migration as a test writes it. */
export function migration(written: Written, change: Partial<Migration> = {}): Migration {
  const [id = '', targets = ''] = written.split(' needs ')
  return {
    id,
    version: /^0*(\d+)/.exec(id)?.[1] ?? '',
    name: id.replace(/^\d+_/, ''),
    dependsOn: targets === '' ? [] : targets.split(', ').map(dependency),
    environments: [],
    transactional: true,
    foreignKeys: false,
    expectLoss: [],
    checksum: `sha256:up-${id}`,
    downChecksum: `sha256:down-${id}`,
    fingerprint: `bytes-${id}`,
    reversible: true,
    empty: false,
    ...change,
  }
}

function dependency(text: string): Dependency {
  const [target = '', database] = text.replace('?', '').split(':').reverse()
  return { target, database, optional: text.startsWith('?') }
}

/** The record of a migration. */
export function record(of: Migration, sequence: number, change: Partial<Applied> = {}): Applied {
  const { reversible: _, empty: _empty, file: _file, ...rest } = of
  return {
    ...rest,
    sequence,
    state: 'applied',
    direction: 'up',
    progress: null,
    appliedAt: '2026-11-20T10:00:00.000Z',
    durationMs: 1,
    runId: 'run',
    by: 'somebody@host',
    toolVersion: '0.1.0',
    ...change,
  }
}

/** A database with its migrations, of which some ids are applied, in that order. */
export function database(
  name: string,
  migrations: readonly (Written | Migration)[],
  { applied = [], ...change }: { applied?: readonly string[] } & Partial<KnownDatabase> = {},
): KnownDatabase {
  const available = migrations.map((each) => (typeof each === 'string' ? migration(each) : each))
  const byId = new Map(available.map((each) => [each.id, each]))
  const records = applied.map((id, index) => record(byId.get(id) ?? migration(id), index + 1))
  return {
    name,
    state: { available, applied: records },
    transaction: 'batch',
    transactionalDdl: true,
    engine: 'sqlite',
    ...change,
  }
}

/** All steps in their order: `settings:001_a`. */
export function stepsOf({ phases }: Pick<ReleasePlan, 'phases'>): readonly string[] {
  return phases.flatMap(({ steps }) => steps.map(({ database: name, step }) => `${name}:${step.id}`))
}

/** Phases as text: `atomic settings:001_a ontology:001_b`. */
export function phasesOf({ phases }: ReleasePlan): readonly string[] {
  return phases.map((phase) => [phase.release, ...stepsOf({ phases: [phase] })].join(' '))
}

/** Whatever a plan says must not be carried out. */
export function blocking({ parts, findings }: ReleasePlan): readonly string[] {
  const all = [...findings, ...parts.flatMap(({ plan }) => plan.findings)]
  return all.filter((finding) => finding.blocking).map(({ code, message }) => `${code} ${message}`)
}
