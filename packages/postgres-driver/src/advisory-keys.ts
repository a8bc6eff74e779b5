import { createHash } from 'node:crypto'

/** What an advisory lock of a database stands for; the schema of the tracking tables tells those of one kind apart. */
export type AdvisoryPurpose =
  /** Whoever has it migrates. */
  | 'migrating'
  /** Shared by the connections that work for whoever migrates, for as long as the server is at them. */
  | 'working'
  /** Whoever has it writes the run journal. */
  | 'journal'

/** Advisory locks of different databases do not meet: only the schema and what it is for have to be told apart. */
export function advisoryKey(schema: string, purpose: AdvisoryPurpose): bigint {
  const text = purpose === 'migrating' ? schema : `${schema}\0${purpose}`
  return createHash('sha256').update(`whimbrel\0${text}`).digest().readBigInt64BE(0)
}
