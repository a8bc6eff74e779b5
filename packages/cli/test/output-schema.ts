import { schemaKinds } from '@whimbrel/core'
import { z } from 'zod'
import type { Output } from '../src/output.ts'

const error = z.strictObject({
  code: z.string().regex(/^[A-Z_]+$/),
  message: z.string().min(5),
  hint: z.string().min(5),
  migration: z.string().exactOptional(),
  file: z.string().exactOptional(),
  line: z.int().min(1).exactOptional(),
  statement: z.int().min(1).exactOptional(),
  cause: z.string().exactOptional(),
})
const finding = z.strictObject({
  code: z.string().regex(/^[A-Z_]+$/),
  migration: z.string().exactOptional(),
  file: z.string().exactOptional(),
  line: z.int().exactOptional(),
  message: z.string().min(5),
  hint: z.string().min(5),
})
const skipped = z.array(z.strictObject({ id: z.string(), reason: z.string() })).exactOptional()
const id = z.string().regex(/^\d+_\w+$/)
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const uuid = z.uuid()

const dependents = z.array(
  z.strictObject({ kind: z.enum(['view', 'trigger', 'foreign key']), name: z.string() }),
)
const objects = z.array(z.strictObject({ name: z.string(), table: z.string() }))
const count = z.int().min(0)
const impact = z.strictObject({
  id,
  direction: z.enum(['up', 'down']),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      rows: count,
      bytes: count.exactOptional(),
      columns: z.array(z.strictObject({ name: z.string(), values: count })),
      dependents,
    }),
  ),
  columns: z.array(
    z.strictObject({ table: z.string(), name: z.string(), rows: count, values: count, dependents }),
  ),
  indexes: objects,
  views: objects,
  triggers: objects,
  deletesRows: z.boolean(),
  lockMs: z.number().min(1),
  untried: z.string().exactOptional(),
})
const run = z.strictObject({
  name: z.string(),
  outcome: z.enum([
    'migrated',
    'up-to-date',
    'rolled-back',
    'failed',
    'undone',
    'not-started',
    'planned',
    'skipped',
  ]),
  before: id.nullable(),
  after: id.nullable(),
  steps: z.array(
    z.strictObject({
      id,
      direction: z.enum(['up', 'down']),
      outcome: z.enum(['applied', 'reverted', 'failed', 'undone', 'not-run', 'planned']),
      durationMs: z.number().min(0).exactOptional(),
      rowsChanged: z.int().min(0).exactOptional(),
      sql: z.array(z.string()).exactOptional(),
      transactional: z.literal(false).exactOptional(),
      commits: z.string().exactOptional(),
    }),
  ),
  impact: z.array(impact).exactOptional(),
  backup: z.string().exactOptional(),
  skipped,
  findings: z.array(finding).exactOptional(),
  error: error.exactOptional(),
})
const status = z.strictObject({
  name: z.string(),
  url: z.string(),
  table: z.string(),
  exists: z.boolean(),
  reachable: z.boolean(),
  current: id.nullable(),
  sizeBytes: z.int().exactOptional(),
  applied: z.array(
    z.strictObject({
      id,
      version: z.string().regex(/^[1-9]\d*$/),
      name: z.string(),
      appliedAt: time,
      durationMs: z.number(),
      checksum: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      runId: uuid,
      by: z.string().regex(/.@./),
    }),
  ),
  pending: z.array(
    z.strictObject({
      id,
      version: z.string(),
      name: z.string(),
      description: z.string().exactOptional(),
      reversible: z.boolean(),
      empty: z.boolean(),
      outOfOrder: z.boolean(),
    }),
  ),
  skipped,
  findings: z.array(finding),
  error: error.exactOptional(),
})
const history = z.strictObject({
  name: z.string(),
  entries: z.array(
    z.strictObject({
      id,
      action: z.enum(['up', 'down', 'baseline', 'mark', 'accept']),
      outcome: z.enum(['started', 'applied', 'reverted', 'failed', 'recorded']),
      startedAt: time,
      durationMs: z.number(),
      reason: z.string().exactOptional(),
      backup: z.string().exactOptional(),
      runId: uuid,
      by: z.string(),
    }),
  ),
  error: error.exactOptional(),
})
const records = z.strictObject({
  name: z.string(),
  changes: z.array(z.strictObject({ id, change: z.string() })),
  error: error.exactOptional(),
})
const drift = z.strictObject({
  name: z.string(),
  url: z.string(),
  exists: z.boolean(),
  migrations: z.int().min(0),
  complete: z.boolean(),
  differences: z.array(
    z.strictObject({
      change: z.enum(['added', 'removed', 'changed']),
      kind: z.enum([...schemaKinds, 'column']),
      name: z.string(),
      table: z.string(),
      migrationsGive: z.string().exactOptional(),
      databaseHas: z.string().exactOptional(),
    }),
  ),
  ignored: z.int().min(0),
  findings: z.array(finding),
  error: error.exactOptional(),
})

const lint = z.strictObject({
  name: z.string(),
  linted: z.array(id),
  ignored: z.int().min(0),
  findings: z.array(
    z.strictObject({
      code: z.string().regex(/^[A-Z_]+$/),
      level: z.enum(['error', 'warning', 'note']),
      migration: id,
      file: z.string().exactOptional(),
      line: z.int().min(1).exactOptional(),
      statement: z.int().min(1).exactOptional(),
      message: z.string().min(5),
      hint: z.string().min(5),
      reference: z.string().regex(/^docs\/lint\.md#[a-z_]+$/),
    }),
  ),
  error: error.exactOptional(),
})
const check = z.strictObject({
  name: z.string(),
  migrations: z.array(
    z.strictObject({
      id,
      outcome: z.enum(['cycled', 'applied', 'unchecked']),
      notes: z.array(z.string().min(5)),
    }),
  ),
  skipped,
  findings: z.array(finding),
  error: error.exactOptional(),
})
const stats = z.strictObject({
  name: z.string(),
  url: z.string(),
  exists: z.boolean(),
  sizeBytes: z.int().exactOptional(),
  pages: z.int().exactOptional(),
  pageSize: z.int().exactOptional(),
  freePages: z.int().exactOptional(),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.int().exactOptional(),
      sizeBytes: z.int().exactOptional(),
    }),
  ),
  integrity: z.enum(['ok', 'broken', 'not-checked']),
  lastBackup: z
    .strictObject({ id: z.string(), path: z.string(), createdAt: time, sizeBytes: z.int() })
    .nullable(),
  findings: z.array(finding),
  error: error.exactOptional(),
})
const diagnoses = z.array(
  z.strictObject({
    name: z.string().min(2),
    verdict: z.enum(['ok', 'note', 'problem']),
    message: z.string().min(1),
    hint: z.string().min(5).exactOptional(),
  }),
)
const doctor = z.strictObject({
  name: z.string(),
  url: z.string(),
  diagnoses,
  error: error.exactOptional(),
})

const backup = z.strictObject({
  id: z.string(),
  path: z.string(),
  bytes: z.int().min(0),
  state: z.enum([
    'complete',
    'truncated',
    'file-missing',
    'manifest-missing',
    'unreadable',
    'edited',
    'newer',
  ]),
  createdAt: time.exactOptional(),
  migration: id.nullable().exactOptional(),
  reason: z.enum(['manual', 'automatic', 'restore']).exactOptional(),
  runId: uuid.exactOptional(),
})
const backups = z.strictObject({
  name: z.string(),
  directory: z.string(),
  backups: z.array(backup),
  removed: z.array(z.string()).exactOptional(),
  kept: backup.exactOptional(),
  error: error.exactOptional(),
})
const returned = z.strictObject({
  name: z.string(),
  migration: id,
  returned: count,
  alreadyThere: count,
  refused: z.array(
    z.strictObject({
      table: z.string(),
      reason: z.string().min(5),
      rows: z.int().min(1),
      keys: z.array(z.string()).min(1),
    }),
  ),
  error: error.exactOptional(),
})

const released = z.enum(['atomic', 'independent'])
const release = z.strictObject({
  mode: released,
  databases: z.array(
    z.strictObject({ name: z.string(), release: released, reason: z.string().min(5).exactOptional() }),
  ),
  phases: z.array(
    z.strictObject({
      release: released,
      databases: z.array(z.string()).min(1),
      steps: z.array(z.strictObject({ database: z.string(), id, direction: z.enum(['up', 'down']) })).min(1),
    }),
  ),
  unfinished: z.literal(true).exactOptional(),
})
const recovery = z.strictObject({
  runId: uuid,
  outcome: z.enum(['finished', 'taken-back', 'undecided']),
  startedAt: time,
  by: z.string().min(3),
  reason: z.string().min(5).exactOptional(),
  databases: z.array(
    z.strictObject({
      name: z.string(),
      engine: z.string().exactOptional(),
      outcome: z.enum(['kept', 'finished', 'taken-back', 'untouched', 'unknown']),
      steps: z.array(id),
      restored: z.string().exactOptional(),
      kept: z.string().exactOptional(),
      findings: z.array(finding).exactOptional(),
      note: z.string().exactOptional(),
    }),
  ),
})

/** The documents of `--json`, exactly: an unknown key is an error. Its type is the one that the command declares. */
export const outputSchema = z.strictObject({
  ok: z.boolean(),
  command: z.string(),
  exitCode: z.int().min(0).max(130),
  runId: uuid.exactOptional(),
  dryRun: z.boolean().exactOptional(),
  databases: z.array(
    z.union([run, status, history, records, lint, check, drift, backups, stats, doctor, returned]),
  ),
  error: error.exactOptional(),
  findings: z.array(finding).exactOptional(),
  files: z.array(z.string()).exactOptional(),
  release: release.exactOptional(),
  recovered: z.array(recovery).exactOptional(),
  diagnoses: diagnoses.exactOptional(),
}) satisfies z.ZodType<Output>
