import type { DatabaseFile } from '../database-file.ts'
import type { Engine } from '../engine.ts'
import type { PragmaValue } from '../pragmas.ts'

/** What the checks look at. */
export interface DiagnosisContext {
  /** Undefined for a database in memory. */
  readonly file: DatabaseFile | undefined
  readonly engine: Engine
  /** As configured. */
  readonly pragmas: ReadonlyMap<string, PragmaValue>
  readonly busyTimeoutMs: number
}

/** The same for a database that is a file. */
export interface FileContext extends DiagnosisContext {
  readonly file: DatabaseFile
}
