import { mariadb, postgres, type ServerEngine } from './server-engine.ts'
import type { Sharing } from './server-tool.ts'

/** One thing that every tool is asked to do on a server. */
export interface ServerScenario {
  readonly title: string
  readonly engine: ServerEngine
  /** Undefined: as each tool does it by itself, because nothing is pending. */
  readonly sharing: Sharing | undefined
  /** Migrations in the folder. */
  readonly files: number
  /** All of them are applied beforehand. */
  readonly applied: boolean
}

/** All of them: `count` migrations, and `many` that are applied. */
export function serverScenarios(count: number, many: number): readonly ServerScenario[] {
  const apply = { files: count, applied: false }
  const noop = { files: many, applied: true, sharing: undefined }
  return [
    {
      ...apply,
      title: `PostgreSQL, ${count} migrations, a transaction each`,
      engine: postgres,
      sharing: 'each',
    },
    { ...apply, title: `PostgreSQL, ${count} migrations, one transaction`, engine: postgres, sharing: 'all' },
    {
      ...apply,
      title: `MariaDB, ${count} migrations, statement by statement`,
      engine: mariadb,
      sharing: 'statements',
    },
    { ...noop, title: `PostgreSQL, nothing pending, ${many} applied`, engine: postgres },
    { ...noop, title: `MariaDB, nothing pending, ${many} applied`, engine: mariadb },
  ]
}
