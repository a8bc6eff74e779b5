import type { Applied, DatabaseStatus, MigrateError, Migration } from '@whimbrel/core'
import { errorOutput, findingOutput } from './describe-error.ts'
import type { AppliedOutput, PendingOutput, StatusOutput } from './output.ts'
import type { Target } from './target.ts'

/** Where one database stands, as `--json` prints it. */
export function statusOutput({ name, url, table, flags }: Target, status: DatabaseStatus): StatusOutput {
  const late = new Set(
    status.findings.filter(({ code }) => code === 'OUT_OF_ORDER').map(({ migration }) => migration),
  )
  const applied = status.applied.filter(isApplied)
  return {
    name,
    url,
    table,
    exists: status.exists,
    reachable: true,
    current: applied.at(-1)?.id ?? null,
    ...(status.sizeBytes === undefined ? {} : { sizeBytes: status.sizeBytes }),
    applied: applied.map(appliedOutput),
    pending: status.plan.steps.map(({ migration }) => pendingOutput(migration, late.has(migration.id))),
    skipped: status.plan.skipped.map(({ id, reason }) => ({ id, reason })),
    findings: status.findings.map((finding) => findingOutput(finding, flags)),
  }
}

/** A database that could not be looked at, with its records where at least they can be read. */
export function troubledOutput(
  { name, url, table }: Target,
  {
    error,
    exists,
    records,
  }: { error: MigrateError; exists: boolean; records: readonly Applied[] | undefined },
): StatusOutput {
  const applied = (records ?? []).filter(isApplied)
  return {
    name,
    url,
    table,
    exists,
    reachable: records !== undefined,
    current: applied.at(-1)?.id ?? null,
    applied: applied.map(appliedOutput),
    pending: [],
    findings: [],
    error: errorOutput(error),
  }
}

/** What is in doubt is a finding: nobody knows whether it is applied. */
function isApplied({ state }: Applied): boolean {
  return state === 'applied'
}

function appliedOutput(record: Applied): AppliedOutput {
  const { id, version, name, appliedAt, durationMs, checksum, runId, by } = record
  return { id, version, name, appliedAt, durationMs, checksum, runId, by }
}

function pendingOutput(migration: Migration, outOfOrder: boolean): PendingOutput {
  const { id, version, name, description, reversible, empty } = migration
  return {
    id,
    version,
    name,
    ...(description === undefined ? {} : { description }),
    reversible,
    empty,
    outOfOrder,
  }
}
