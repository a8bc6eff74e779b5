import { MigrateError } from '../migrate-error.ts'
import { type Applied, currentId } from '../model/applied.ts'
import type { Finding } from '../model/finding.ts'
import type { Migration } from '../model/migration.ts'
import { resolveId } from '../resolve-id.ts'
import { dependencyTarget } from './dependency-order.ts'
import { examine } from './examine.ts'
import { ownOrder } from './own-order.ts'
import type { MigrationState, Plan, UpRequest } from './plan.ts'

/** Plans what is pending: every migration after all it depends on, by version otherwise. */
export function planUp(state: MigrationState, request: UpRequest): Plan {
  checkRequest(request)
  const applied = new Set(state.applied.map(({ version }) => version))
  const { order, findings } = arrange(state)
  const { wanted, skipped } = sortOut(order.filter(isMigration(applied)), request)
  const selected = select({ wanted, skipped, state, request })
  const newest = currentId(state.applied)
  return {
    direction: 'up',
    before: newest,
    after: selected.at(-1)?.id ?? newest,
    steps: selected.map((migration) => ({ id: migration.id, direction: 'up', migration, script: 'source' })),
    skipped,
    findings: [
      ...examine(state),
      ...findings,
      ...needsSkipped(wanted, skipped),
      ...outOfOrder(order, { applied, wanted, request }),
      ...otherDatabases(selected, state),
    ],
  }
}

type Node = Migration | Applied

function isMigration(applied: ReadonlySet<string>) {
  return (node: Node): node is Migration => !applied.has(node.version)
}

function checkRequest({ steps, to }: UpRequest): void {
  if (steps !== undefined && to !== undefined) {
    throw new MigrateError('USAGE', 'Both a number of steps and a target were given', {
      hint: 'Give either --steps or --to',
    })
  }
  if (steps !== undefined && (!Number.isSafeInteger(steps) || steps < 1)) {
    throw new MigrateError('USAGE', `${steps} is not a number of steps`, {
      hint: 'Give --steps a whole number from 1',
    })
  }
}

/** Everything that exists or is applied, in one order, and what is wrong with what it depends on. */
function arrange(state: MigrationState): { order: readonly Node[]; findings: Finding[] } {
  const applied = new Set(state.applied.map(({ version }) => version))
  const { order, cycle, missing } = ownOrder(state)
  const findings: Finding[] = missing
    .filter(({ node }) => !applied.has(node.version))
    .map(({ node, dependency }) => needs(node.id, `${dependency.target} (not found)`))
  if (cycle !== undefined) findings.push(cyclic(cycle))
  return { order, findings }
}

function cyclic(cycle: readonly string[]): Finding {
  return {
    code: 'DEPENDENCY_CYCLE',
    migration: cycle[0],
    message: `Migrations depend on each other in a circle: ${cycle.join(' → ')}`,
    hint: 'Take one of these out of a Depends-On line',
    blocking: true,
    details: { cycle },
  }
}

function needs(id: string, what: string): Finding {
  return {
    code: 'DEPENDENCY_MISSING',
    migration: id,
    message: `${id} needs ${what}`,
    hint: `Add the migration it needs, or correct the Depends-On line of ${id}; write ?id for "if present"`,
    blocking: true,
  }
}

/** Leaves out what is for another environment or engine. */
function sortOut(pending: readonly Migration[], request: UpRequest) {
  const wanted: Migration[] = []
  const skipped: { id: string; version: string; reason: string }[] = []
  for (const migration of pending) {
    const reason = reasonToSkip(migration, request)
    if (reason === undefined) wanted.push(migration)
    else skipped.push({ id: migration.id, version: migration.version, reason })
  }
  return { wanted, skipped }
}

function reasonToSkip({ environments, engine }: Migration, request: UpRequest): string | undefined {
  if (environments.length > 0 && !environments.includes(request.environment ?? '')) {
    return `only for ${environments.join(', ')}`
  }
  if (engine !== undefined && request.engine !== undefined && engine !== request.engine) {
    return `only for ${engine}`
  }
  return undefined
}

function needsSkipped(
  wanted: readonly Migration[],
  skipped: readonly { id: string; version: string; reason: string }[],
): Finding[] {
  if (skipped.length === 0) return []
  return wanted.flatMap(({ id, dependsOn }) =>
    dependsOn.flatMap((dependency) => {
      if (dependency.database !== undefined || dependency.optional) return []
      const target = dependencyTarget(skipped, dependency)
      return target === undefined ? [] : [needs(id, `${target.id}, which is skipped here (${target.reason})`)]
    }),
  )
}

interface Selection {
  readonly wanted: readonly Migration[]
  readonly skipped: readonly { id: string; version: string; reason: string }[]
  readonly state: MigrationState
  readonly request: UpRequest
}

function select({ wanted, skipped, state, request }: Selection): readonly Migration[] {
  if (request.steps !== undefined) return wanted.slice(0, request.steps)
  if (request.to === undefined) return wanted
  const versions = new Set(state.available.map(({ version }) => version))
  const records = state.applied.filter(({ version }) => !versions.has(version))
  const target = resolveId(request.to, [...state.available, ...records])
  const left = skipped.find(({ version }) => version === target.version)
  if (left !== undefined) throw skippedTarget(left)
  const at = wanted.findIndex(({ version }) => version === target.version)
  return wanted.slice(0, at + 1)
}

function skippedTarget({ id, reason }: { id: string; reason: string }): MigrateError {
  return new MigrateError('USAGE', `${id} is skipped here (${reason}), so nothing can be applied up to it`, {
    hint: 'Name another migration, or the environment it is for with --env',
    details: { migration: id },
  })
}

function outOfOrder(
  order: readonly Node[],
  context: { applied: ReadonlySet<string>; wanted: readonly Migration[]; request: UpRequest },
): Finding[] {
  const last = order.findLastIndex(({ version }) => context.applied.has(version))
  const wanted = new Set<Node>(context.wanted)
  const newest = order[last]
  return order.slice(0, Math.max(last, 0)).flatMap((node): Finding[] => {
    if (!wanted.has(node) || newest === undefined) return []
    return [
      {
        code: 'OUT_OF_ORDER',
        migration: node.id,
        message: `${node.id} is pending but sorts before ${newest.id}, which is applied`,
        hint: 'Give it a later number, or run "whimbrel up --allow-out-of-order" to apply it now',
        blocking: context.request.allowOutOfOrder !== true,
      },
    ]
  })
}

/** Dependencies on other databases: here only that they exist. */
function otherDatabases(selected: readonly Migration[], { others }: MigrationState): Finding[] {
  if (others === undefined) return []
  return selected.flatMap(({ id, dependsOn }) =>
    dependsOn.flatMap((dependency) => {
      const { database, target, optional } = dependency
      if (database === undefined || optional) return []
      const migrations = others.get(database)
      if (migrations === undefined) return [needs(id, `${database}:${target} (no such database)`)]
      const found = dependencyTarget(migrations, dependency)
      return found === undefined ? [needs(id, `${database}:${target} (not found)`)] : []
    }),
  )
}
