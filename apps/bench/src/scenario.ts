import type { JournalMode, Operation } from './tool.ts'

/** How much one run of the benchmark does. */
export interface Extent {
  /** Sizes of a cold apply. */
  readonly cold: readonly number[]
  /** Migrations that are applied before everything that is not a cold apply. */
  readonly total: number
  /** Migrations that are rolled back. */
  readonly rollback: number
  /** Migrations that are checked: up, down and up again. */
  readonly checked: number
  /** Migrations of each of three databases that are migrated together. */
  readonly released: number
  readonly journals: readonly JournalMode[]
  /** Also count fsyncs and measure memory, each with one more run. */
  readonly probes: boolean
}

export const fullExtent: Extent = {
  cold: [1, 100, 1000],
  total: 1000,
  rollback: 100,
  checked: 200,
  released: 100,
  journals: ['delete', 'wal'],
  probes: true,
}

/** Enough to see that everything works; its figures say nothing. */
export const quickExtent: Extent = {
  cold: [5],
  total: 5,
  rollback: 2,
  checked: 5,
  released: 5,
  journals: ['wal'],
  probes: false,
}

/** One thing that every tool is asked to do. */
export interface Scenario {
  readonly id: string
  readonly title: string
  readonly operation: Operation
  /** Migrations in the folder. */
  readonly files: number
  /** Migrations applied beforehand. */
  readonly applied: number
  /** Migrations to roll back, 0 elsewhere. */
  readonly steps: number
}

export function scenarios({ cold, total, rollback }: Extent): readonly Scenario[] {
  const all = { files: total, applied: total, steps: 0 }
  return [
    ...cold.map(coldApply),
    { ...all, id: 'noop', title: `Nothing pending, ${total} applied`, operation: 'noop' },
    { ...all, id: 'one-pending', title: `One pending on ${total}`, operation: 'apply', files: total + 1 },
    {
      ...all,
      id: 'rollback',
      title: `Rollback of the last ${rollback}`,
      operation: 'rollback',
      steps: rollback,
    },
    { ...all, id: 'status', title: `Status, ${total} applied`, operation: 'status' },
  ]
}

/** Migrations that are applied when the scenario is over. */
export function appliedAfter({ operation, files, applied, steps }: Scenario): number {
  return operation === 'apply' ? files : applied - steps
}

function coldApply(files: number): Scenario {
  const title = `Cold apply of ${files} migration${files === 1 ? '' : 's'}`
  return { id: `apply-${files}`, title, operation: 'apply', files, applied: 0, steps: 0 }
}
