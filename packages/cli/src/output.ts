/** The one document that `--json` prints: public surface, see docs/cli.md. */
export interface Output {
  ok: boolean
  command: string
  exitCode: number
  runId?: string
  dryRun?: boolean
  databases: readonly (
    | RunOutput
    | StatusOutput
    | HistoryOutput
    | RecordsOutput
    | LintOutput
    | CheckOutput
    | DriftOutput
    | BackupsOutput
    | ReturnOutput
    | StatsOutput
    | DoctorOutput
  )[]
  /** What concerns the whole command. */
  error?: ErrorOutput
  /** Everything behind the error, where there is more than one thing; what concerns more than one database. */
  findings?: readonly FindingOutput[]
  /** Files a command wrote, relative to the working directory. */
  files?: readonly string[]
  /** How the databases of `up`, `down` and `plan` go together. */
  release?: ReleaseOutput
  /** What was done to runs that had been interrupted. */
  recovered?: readonly RecoveryOutput[]
  /** What `doctor` says of the installation and the manifest. */
  diagnoses?: readonly DiagnosisOutput[]
}

export interface ErrorOutput {
  code: string
  message: string
  hint: string
  migration?: string
  file?: string
  line?: number
  statement?: number
  cause?: string
}

export interface FindingOutput {
  code: string
  migration?: string
  file?: string
  line?: number
  message: string
  hint: string
}

export interface StepOutput {
  id: string
  direction: 'up' | 'down'
  outcome: 'applied' | 'reverted' | 'failed' | 'undone' | 'not-run' | 'planned'
  durationMs?: number
  rowsChanged?: number
  sql?: readonly string[]
  /** Of a planned step: it runs statement by statement, and when one fails, those before it stand. */
  transactional?: false
  /** Beginning of the statement that is why: the engine commits at it, `CREATE TABLE` for one. */
  commits?: string
}

/** One database of `up`, `down`, `plan` and the commands that change records. */
export interface RunOutput {
  name: string
  outcome:
    | 'migrated'
    | 'up-to-date'
    | 'rolled-back'
    | 'failed'
    | 'undone'
    | 'not-started'
    | 'planned'
    | 'skipped'
  /** Id of the newest applied migration. */
  before: string | null
  after: string | null
  steps: readonly StepOutput[]
  /** What the steps would take away, where they are planned or refused because of it. */
  impact?: readonly ImpactOutput[]
  /** Path of the backup that was taken before. */
  backup?: string
  skipped?: readonly { id: string; reason: string }[]
  findings?: readonly FindingOutput[]
  error?: ErrorOutput
}

/** How several databases go together. */
export interface ReleaseOutput {
  /** What was asked for, by option or manifest. */
  mode: 'atomic' | 'independent'
  databases: readonly {
    name: string
    /** `atomic`: kept or undone together with the others that say so. */
    release: 'atomic' | 'independent'
    /** Why it stands alone although an atomic run was asked for. */
    reason?: string
  }[]
  /** All steps in the order in which they run; those of one phase are carried out together. */
  phases: readonly {
    release: 'atomic' | 'independent'
    databases: readonly string[]
    steps: readonly { database: string; id: string; direction: 'up' | 'down' }[]
  }[]
  /** It was decided that all are kept, and not all could be committed: the next command that writes does that. */
  unfinished?: true
}

/** What was done to a run over several databases that had been interrupted. */
export interface RecoveryOutput {
  runId: string
  /**
   * `finished`: all databases are at the new state. `taken-back`: all are at the old one. `undecided`: it had changed
   * nothing yet.
   */
  outcome: 'finished' | 'taken-back' | 'undecided'
  /** When the run had begun. */
  startedAt: string
  by: string
  /** Why it was not finished but taken back. */
  reason?: string
  databases: readonly {
    name: string
    /** Absent where an earlier version has written it down. */
    engine?: string
    /** `unknown`: it is not in this manifest. */
    outcome: 'kept' | 'finished' | 'taken-back' | 'untouched' | 'unknown'
    /** Ids of the migrations that were run or rolled back. */
    steps: readonly string[]
    /** Path of the backup that was restored. */
    restored?: string
    /** Path of the backup of what was there before that. */
    kept?: string
    /** What was noticed: where rows are kept that were taken away, for instance. */
    findings?: readonly FindingOutput[]
    /** What is odd about it. */
    note?: string
  }[]
}

/** What one step takes away. Names are those that the database has now. */
export interface ImpactOutput {
  id: string
  direction: 'up' | 'down'
  tables: readonly {
    name: string
    rows: number
    /** With its indexes. */
    bytes?: number
    /** Values of each column that are not NULL. */
    columns: readonly { name: string; values: number }[]
    dependents: readonly DependentOutput[]
  }[]
  /** Columns of tables that stay. */
  columns: readonly {
    table: string
    name: string
    rows: number
    values: number
    dependents: readonly DependentOutput[]
  }[]
  indexes: readonly { name: string; table: string }[]
  views: readonly { name: string; table: string }[]
  triggers: readonly { name: string; table: string }[]
  /** It deletes or replaces rows, too: how many cannot be known before. */
  deletesRows: boolean
  /** About how long others cannot write because of it. */
  lockMs: number
  /** Why part of it could not be tried out. */
  untried?: string
}

/** What stays and mentions something that goes: a view, a trigger, or the table that has a foreign key. */
export interface DependentOutput {
  kind: 'view' | 'trigger' | 'foreign key'
  name: string
}

/** One database of `status` and `validate`. */
export interface StatusOutput {
  name: string
  url: string
  /** Name of the tracking table. */
  table: string
  exists: boolean
  reachable: boolean
  current: string | null
  sizeBytes?: number
  applied: readonly AppliedOutput[]
  pending: readonly PendingOutput[]
  skipped?: readonly { id: string; reason: string }[]
  findings: readonly FindingOutput[]
  error?: ErrorOutput
}

export interface AppliedOutput {
  id: string
  version: string
  name: string
  appliedAt: string
  durationMs: number
  checksum: string
  runId: string
  by: string
}

export interface PendingOutput {
  id: string
  version: string
  name: string
  description?: string
  reversible: boolean
  empty: boolean
  outOfOrder: boolean
}

/** One database of `history`, newest attempt first. */
export interface HistoryOutput {
  name: string
  entries: readonly {
    id: string
    action: string
    outcome: string
    startedAt: string
    durationMs: number
    reason?: string
    /** Path of the backup that was taken before it. */
    backup?: string
    runId: string
    by: string
  }[]
  error?: ErrorOutput
}

/** The one database of `mark`, `accept` and `baseline`. */
export interface RecordsOutput {
  name: string
  changes: readonly { id: string; change: string }[]
  error?: ErrorOutput
}

/** One database of `lint`. */
export interface LintOutput {
  name: string
  /** Ids of the migrations that were looked at. */
  linted: readonly string[]
  /** Findings that a comment lets through. */
  ignored: number
  findings: readonly LintFindingOutput[]
  error?: ErrorOutput
}

export interface LintFindingOutput {
  code: string
  level: 'error' | 'warning' | 'note'
  migration: string
  file?: string
  line?: number
  statement?: number
  message: string
  hint: string
  /** Where the rule is explained, `docs/lint.md#…`. */
  reference: string
}

/** One database of `check`. */
export interface CheckOutput {
  name: string
  /** `cycled`: up, down and up again; `applied`: only up, it is irreversible; `unchecked`: one before it failed, or itself. */
  migrations: readonly { id: string; outcome: 'cycled' | 'applied' | 'unchecked'; notes: readonly string[] }[]
  skipped?: readonly { id: string; reason: string }[]
  findings: readonly FindingOutput[]
  error?: ErrorOutput
}
/** One database of `drift`. */
export interface DriftOutput {
  name: string
  url: string
  exists: boolean
  /** How many applied migrations it was compared with. */
  migrations: number
  /** False where a migration could not be replayed or is in doubt. */
  complete: boolean
  differences: readonly DifferenceOutput[]
  /** How many differences the manifest tells to ignore. */
  ignored: number
  findings: readonly FindingOutput[]
  error?: ErrorOutput
}

export interface DifferenceOutput {
  /** `added` outside of the migrations, `removed`, or `changed`. */
  change: 'added' | 'removed' | 'changed'
  kind:
    | 'schema'
    | 'extension'
    | 'type'
    | 'sequence'
    | 'function'
    | 'procedure'
    | 'table'
    | 'constraint'
    | 'index'
    | 'view'
    | 'rule'
    | 'trigger'
    | 'policy'
    | 'event'
    | 'column'
  name: string
  table: string
  migrationsGive?: string
  databaseHas?: string
}

/** One database of `backup`, `backups` and `restore`. */
export interface BackupsOutput {
  name: string
  /** Folder of its backups. */
  directory: string
  /** `backup`: the new one. `backups`: all, oldest first. `restore`: the one that was restored. */
  backups: readonly BackupOutput[]
  /** `backup`: ids of old ones that were removed. */
  removed?: readonly string[]
  /** `restore`: what was there before. */
  kept?: BackupOutput
  error?: ErrorOutput
}

/** The one database of `restore`, where it was given a file of kept rows. */
export interface ReturnOutput {
  name: string
  /** Id of the migration that had taken them away. */
  migration: string
  /** Rows that are back now. */
  returned: number
  /** Rows that were there already, exactly like that. */
  alreadyThere: number
  refused: readonly {
    table: string
    reason: string
    rows: number
    /** Of the first few. */
    keys: readonly string[]
  }[]
  error?: ErrorOutput
}

export interface BackupOutput {
  id: string
  path: string
  bytes: number
  state: 'complete' | 'truncated' | 'file-missing' | 'manifest-missing' | 'unreadable' | 'edited' | 'newer'
  /** From here on only where its manifest can be read. */
  createdAt?: string
  /** Id of the newest migration in it. */
  migration?: string | null
  reason?: 'manual' | 'automatic' | 'restore'
  /** Run that it was taken for. */
  runId?: string
}

/** One database of `stats`. */
export interface StatsOutput {
  name: string
  url: string
  exists: boolean
  sizeBytes?: number
  pages?: number
  /** Bytes of a page. */
  pageSize?: number
  freePages?: number
  /** With the tables of the tool; bytes are with indexes. */
  tables: readonly { name: string; rows?: number; sizeBytes?: number }[]
  integrity: 'ok' | 'broken' | 'not-checked'
  lastBackup: { id: string; path: string; createdAt: string; sizeBytes: number } | null
  findings: readonly FindingOutput[]
  error?: ErrorOutput
}

/** One database of `doctor`. */
export interface DoctorOutput {
  name: string
  url: string
  diagnoses: readonly DiagnosisOutput[]
  error?: ErrorOutput
}

export interface DiagnosisOutput {
  name: string
  verdict: 'ok' | 'note' | 'problem'
  message: string
  hint?: string
}
