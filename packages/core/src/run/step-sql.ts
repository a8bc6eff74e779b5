import { MigrateError } from '../migrate-error.ts'
import type { KeptSql } from '../model/applied.ts'
import type { Dialect } from '../model/dialect.ts'
import type { Script } from '../model/script.ts'
import type { Step } from '../plan/plan.ts'
import type { Session } from '../ports/driver.ts'
import type { ParsedMigration } from '../ports/source.ts'
import type { VersionTracker } from '../ports/version-tracker.ts'
import { tokenChecksum } from '../sql/checksum.ts'
import { CODE_TEXT } from '../sql/code-script.ts'
import { toScript } from '../sql/to-script.ts'
import type { ScriptStore } from './script-store.ts'

/** SQL of one step and what is kept of it in the database. */
export interface StepSql {
  readonly script: Script
  readonly kept: KeptSql
}

/** Where the SQL of a step can be read. */
export interface StepSqlPlaces {
  readonly scripts: ScriptStore
  readonly tracker: VersionTracker
  readonly session: Session
  readonly dialect: Dialect
}

/** Reads the SQL of a step from the source, or what was kept in the database, verified by its checksum. */
export async function readStepSql(step: Step, places: StepSqlPlaces): Promise<StepSql> {
  if (step.script === 'kept') return keptSql(step, places)
  const { up, down } = await places.scripts.get(step.migration.version)
  const script = step.direction === 'up' ? up : down
  if (script === undefined) throw noDown(step)
  return { script, kept: keptSqlOf({ up, down }) }
}

/** Of a script what is still to run: in a retry without what has finished before. */
export function remaining(script: Script, { done = 0 }: Step): Script {
  return done === 0 ? script : { ...script, statements: script.statements.slice(done) }
}

/** What is kept in the database of a migration that is applied. */
export function keptSqlOf({ up, down }: Pick<ParsedMigration, 'up' | 'down'>): KeptSql {
  return { up: up.sql, down: down?.sql ?? null }
}

async function keptSql(step: Step, { tracker, session, dialect }: StepSqlPlaces): Promise<StepSql> {
  const { direction, migration } = step
  const kept = await tracker.kept(session, migration.version)
  const sql = kept?.[direction]
  if (kept === undefined || sql == null) throw noDown(step)
  if (sql === CODE_TEXT) throw keptCode(step)
  if (tokenChecksum(sql, dialect) !== (direction === 'up' ? migration.checksum : migration.downChecksum)) {
    throw new MigrateError(
      'CHECKSUM_CHANGED',
      `The kept ${direction} of ${step.id} is not what was applied`,
      {
        hint: 'Bring the file of the migration back and run the command with it',
        details: { migration: step.id, section: direction },
      },
    )
  }
  return { script: toScript(sql, { dialect, file: `${step.id} (kept ${direction})` }), kept }
}

function keptCode({ id, direction }: Step): MigrateError {
  return new MigrateError(
    'IRREVERSIBLE',
    `The ${direction} of ${id} is code, which cannot be kept in the database, and it is not in the source`,
    {
      hint: 'Do this with the release that has the migration in its code',
      details: { migration: id },
    },
  )
}

function noDown(step: Step): MigrateError {
  return new MigrateError(
    'IRREVERSIBLE',
    `${step.id} cannot be rolled back: its down is neither in the source nor kept`,
    {
      hint: 'Bring the file of the migration back, or write a new migration that changes the schema on',
      details: { migration: step.id },
    },
  )
}
