import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MigrateOptions, migrate, openDatabases } from '../src/index.ts'

/** What a test asks of another process: `node child.mjs <task> <options>`; it answers with one line of JSON. */
const tasks: Record<string, (options: MigrateOptions) => Promise<unknown>> = {
  /** Starts as an application does, works a little, and ends. */
  async open(options) {
    await using databases = await openDatabases({ ...options, application: 'child' })
    const { close, report, ...handles } = databases
    return {
      outcomes: report.databases.map(({ outcome }) => outcome),
      after: report.databases.map(({ after }) => after),
      recovered: report.recovered.map(({ outcome }) => outcome),
      tables: Object.entries(handles).map(([name, handle]) => [name, handle.prepare(tables).pluck().all()]),
    }
  },

  migrate: (options) => migrate(options),

  /** Stays in the middle of its first migration until there is a file "go" in its folder. */
  'migrate-slowly': (options) =>
    migrate({
      ...options,
      application: 'slow child',
      hooks: {
        before: async () => {
          const { directory = '' } = options
          while (existsSync(directory) && !existsSync(`${directory}/go`)) await sleep(10)
        },
      },
    }),

  /** Is killed in the moment in which a run over several databases has decided. */
  'die-when-decided': (options) =>
    migrate({
      ...options,
      onEvent: ({ type }) => {
        if (type === 'release-decided') process.kill(process.pid, 'SIGKILL')
      },
    }),
}

const tables =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'schema_migrations%' AND name NOT LIKE 'sqlite_%' ORDER BY name"

const [, , task = '', options = '{}'] = process.argv
try {
  answer(await tasks[task]?.(JSON.parse(options)))
} catch (error) {
  const { code, message, details } = error as { code?: string; message: string; details?: object }
  answer({ code, message, database: details && 'database' in details ? details.database : undefined })
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
