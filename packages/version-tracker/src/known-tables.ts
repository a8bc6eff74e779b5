/** A tracking table of another tool, told by its columns. */
export interface KnownTable {
  /** The tool, as shown to people. */
  readonly tool: string
  /** All of these are there, in lower case. */
  readonly columns: readonly string[]
  /** Other columns may be there too. Default: exactly these. */
  readonly open?: boolean
}

/** Tracking tables of other tools; of those that fit, the first counts. */
export const knownTables: readonly KnownTable[] = [
  { tool: 'golang-migrate', columns: ['version', 'dirty'] },
  { tool: 'dbmate or Rails', columns: ['version'] },
  { tool: 'Knex', columns: ['id', 'name', 'batch', 'migration_time'] },
  { tool: 'Umzug or Sequelize', columns: ['name'] },
  { tool: 'Kysely', columns: ['name', 'timestamp'] },
  { tool: 'Postgrator', columns: ['version', 'name', 'md5', 'run_at'] },
  {
    tool: 'Flyway',
    columns: ['installed_rank', 'version', 'script', 'checksum', 'installed_on'],
    open: true,
  },
  { tool: 'node-pg-migrate', columns: ['id', 'name', 'run_on'] },
  { tool: 'TypeORM', columns: ['id', 'timestamp', 'name'] },
  { tool: 'Drizzle', columns: ['id', 'hash', 'created_at'], open: true },
  { tool: 'Prisma', columns: ['id', 'checksum', 'finished_at', 'migration_name'], open: true },
  { tool: 'Diesel', columns: ['version', 'run_on'] },
  {
    tool: 'SQLx',
    columns: ['version', 'description', 'installed_on', 'success', 'checksum', 'execution_time'],
  },
  { tool: 'goose', columns: ['id', 'version_id', 'is_applied', 'tstamp'] },
  { tool: 'Refinery', columns: ['version', 'name', 'applied_on', 'checksum'] },
  { tool: 'MikroORM', columns: ['id', 'name', 'executed_at'] },
  { tool: 'Liquibase', columns: ['id', 'author', 'filename', 'dateexecuted', 'md5sum'], open: true },
  { tool: 'Django', columns: ['id', 'app', 'name', 'applied'] },
  { tool: 'Laravel', columns: ['id', 'migration', 'batch'] },
  { tool: 'Alembic', columns: ['version_num'] },
  { tool: 'Ecto', columns: ['version', 'inserted_at'] },
]
