// zod takes longer to load than everything else a command does, so this module is only ever imported dynamically.
import { z } from 'zod'
import { durationForm } from './duration.ts'
import { backupMoments, layouts, mostKept, releases, transactionModes } from './manifest.ts'
import { ageForm, sizeForm } from './measures.ts'
import { defaultPragmas, pragmaForm, pragmaRules } from './pragmas.ts'

// Each `error` ends the sentence "databases.settings.url is 42; it …".

const filled = (about: string, more: object = {}) =>
  z
    .string({ error: 'must be text' })
    // Without a flag and without minLength, so that the compiled validator needs no code of another package.
    .regex(/^[^\u0000]+$/, { error: 'must be text, not empty and without NUL characters' })
    .meta({ description: about, ...more })

/** Any of the words, or a text that becomes one when its variables are filled in. */
const choice = (words: readonly [string, ...string[]], about: string, more: object = {}) => {
  const error = `must be ${words.map((word) => `"${word}"`).join(' or ')}`
  return z
    .union([z.enum(words), z.string().regex(/\$\{/, { error })], { error })
    .meta({ description: about, ...more })
}

const duration = (about: string) =>
  z
    .string({ error: `must be ${durationForm}, in quotes` })
    .regex(/^\d+(ms|s|m)$|\$\{/, { error: `must be ${durationForm}` })
    .meta({ description: about, examples: ['30s'] })

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/)

const pragmaValueSchema = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' })
  .meta({ id: 'PragmaValue' })

const pragmas = z
  .strictObject(
    Object.fromEntries(
      Object.entries(pragmaRules).map(([pragma, rule]) => {
        const description = `${rule.about} ${capitalised(pragmaForm(rule))}.`
        const preset = defaultPragmas[pragma]
        const meta = preset === undefined ? { description } : { description, default: preset }
        return [pragma, pragmaValueSchema.optional().meta(meta)]
      }),
    ),
    { error: 'must be an object of pragmas and their values' },
  )
  .meta({
    id: 'Pragmas',
    description: 'SQLite only: what every connection is set to. What is not named here keeps its default.',
  })

const keepForm = 'must be a whole number of backups, 1 to 1,000,000'

const backup = z
  .strictObject(
    {
      directory: filled(
        'Folder for backups, relative to this file. Default: backups/<name of the database>.',
      ).optional(),
      keep: z
        .int({ error: keepForm })
        .min(1, { error: keepForm })
        .max(mostKept, { error: keepForm })
        .optional()
        .meta({ description: 'How many backups to keep; older ones are removed.', default: 30 }),
      before: choice(
        backupMoments,
        'When a backup is taken: before what can lose data, before every run, never.',
        {
          default: 'destructive',
        },
      ).optional(),
      maxAge: z
        .string({ error: `must be ${ageForm}, in quotes` })
        .regex(/^\d+[hdw]$|\$\{/, { error: `must be ${ageForm}` })
        .optional()
        .meta({ description: 'How old a backup may become. Default: any age.', examples: ['90d'] }),
      maxSize: z
        .string({ error: `must be ${sizeForm}, in quotes` })
        .regex(/^\d+(kB|MB|GB|TB)$|\$\{/, { error: `must be ${sizeForm}` })
        .optional()
        .meta({ description: 'How much room all backups may take. Default: any.', examples: ['20GB'] }),
    },
    { error: 'must be an object with "directory", "keep" and "before"' },
  )
  .meta({ id: 'Backup', description: 'Backups of this database.' })

const ignorePattern = z
  .string({ error: 'must be the text of a pattern' })
  .regex(
    /^(?:(?:schema|extension|type|sequence|function|procedure|table|index|view|rule|trigger|policy|event):[^\u0000]*[^\s\u0000]|(?:column|constraint):[^\u0000]+\.[^\u0000]*[^\s\u0000]|[^:\u0000]*[^\s:\u0000])$/,
    {
      error:
        'must be a name, or "table:NAME", "index:NAME", "view:NAME", "trigger:NAME", "function:NAME", "column:TABLE.NAME", "constraint:TABLE.NAME" and the like',
    },
  )
  .meta({ examples: ['fts_*', 'table:tmp_*', 'index:by_name', 'column:users.legacy'] })

const drift = z
  .strictObject(
    {
      ignore: z.array(ignorePattern, { error: 'must be a list of patterns' }).optional().meta({
        description:
          'What `drift` does not tell: names of tables and what belongs to them, of indexes, views and triggers; * stands for any characters, case does not count. With table:, index:, view:, trigger:, column: or constraint: in front only those.',
      }),
    },
    { error: 'must be an object with "ignore"' },
  )
  .meta({ id: 'Drift', description: 'What may differ from the schema that the migrations give.' })

const folder = filled('Folder of migrations, relative to this file.')
const foldersForm = 'must be the path of a folder, or a list of at least one such path'

const migrations = z
  .union([folder, z.array(folder, { error: foldersForm }).min(1, { error: foldersForm })], {
    error: foldersForm,
  })
  .meta({
    description:
      'Folder of the migrations, relative to this file, or a list of such folders: their migrations are one set, ordered by version, and a new one goes into the first.',
    examples: ['app'],
  })

const searchPathForm = 'must be the name of a schema, or a list of at least one such name'
const schemaName = filled('Name of a schema.')
const searchPath = z
  .union([schemaName, z.array(schemaName, { error: searchPathForm }).min(1, { error: searchPathForm })], {
    error: searchPathForm,
  })
  .meta({
    description:
      'PostgreSQL: the schemas in which names are looked up, in this order. Default: what the server says.',
    examples: ['app'],
  })

const databaseShape = {
  url: filled(
    'Where the database is: sqlite:PATH (relative to this file), postgres://… or mysql://…. A bare path is SQLite. ${NAME} and ${NAME:-default} are filled from the environment.',
    { examples: ['sqlite:../data/app.db', '${APP_URL}'] },
  ),
  migrations,
  layout: choice(layouts, 'How the migration files are laid out.', { default: 'single-file' }).optional(),
  table: filled('Tracking table; its history is kept beside it.', {
    default: 'schema_migrations',
  }).optional(),
  pragmas: pragmas.optional(),
  transaction: choice(
    transactionModes,
    'batch: one transaction with a savepoint per migration, a failure keeps the earlier ones. each: one transaction per migration. all: a failure undoes everything. Default: batch for SQLite, each for PostgreSQL and MySQL.',
  ).optional(),
  backup: backup.optional(),
  drift: drift.optional(),
  lockTimeout: duration('How long to wait while another process migrates this database.').optional(),
  busyTimeout: duration(
    'PostgreSQL and MySQL: how long a migration waits for the locks of others before it gives up. Default: 5s. For SQLite it is the pragma busy_timeout.',
  ).optional(),
  statementTimeout: duration(
    'PostgreSQL and MySQL: how long one statement may take. Default: no limit.',
  ).optional(),
  trackingSchema: filled('PostgreSQL: schema of the tracking tables.', { default: 'public' }).optional(),
  searchPath: searchPath.optional(),
  schema: filled('Folder of declarative schema files, relative to this file.').optional(),
}

const database = z
  .strictObject(databaseShape, { error: 'must be an object with "url" and "migrations"' })
  .meta({ id: 'Database', description: 'One database.' })

const databaseOverride = z
  .strictObject(
    { ...databaseShape, url: databaseShape.url.optional(), migrations: databaseShape.migrations.optional() },
    { error: 'must be an object with what differs in this environment' },
  )
  .meta({ id: 'DatabaseOverride', description: 'What differs for this database in this environment.' })

const environment = z
  .strictObject(
    {
      protected: z
        .boolean({ error: 'must be true or false' })
        .optional()
        .meta({ description: 'Ask for consent before anything that can lose data.', default: false }),
      databases: z
        .record(name, databaseOverride, { error: 'must be an object of databases' })
        .optional()
        .meta({ description: 'What differs, by name of the database.' }),
    },
    { error: 'must be an object with "protected" and "databases"' },
  )
  .meta({ id: 'Environment', description: 'One environment, selected with --env or WHIMBREL_ENV.' })

/** What a manifest may say. The JSON Schema and the compiled validator are generated from it. */
export const manifestSchema = z
  .strictObject(
    {
      $schema: z
        .string({ error: 'must be text' })
        .optional()
        .meta({ description: 'The JSON Schema of this file, for editors.' }),
      databases: z
        .record(name, database, { error: 'must be an object of databases' })
        .refine((databases) => Object.keys(databases).length > 0, {
          error: 'must name at least one database',
        })
        .meta({ description: 'The databases, by name, in the order they are migrated.', minProperties: 1 }),
      environments: z
        .record(name, environment, { error: 'must be an object of environments' })
        .optional()
        .meta({ description: 'What differs between environments, by name.' }),
      release: choice(
        releases,
        'What a run over several databases keeps when one fails: nothing, or the others.',
        {
          default: 'atomic',
        },
      ).optional(),
    },
    { error: 'must be an object with "databases"' },
  )
  .meta({ title: 'Whimbrel manifest', description: 'Names the databases of a product and their migrations.' })

/** The shapes by which an unknown key is explained. */
export const manifestKeys = {
  manifest: Object.keys(manifestSchema.shape),
  environment: Object.keys(environment.shape),
  database: Object.keys(databaseShape),
  backup: Object.keys(backup.shape),
  drift: Object.keys(drift.shape),
  pragmas: Object.keys(pragmaRules),
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
