import { type Driver, MigrationRunner } from '@whimbrel/core'
import { processOwner } from '@whimbrel/core/process'
import { toolVersion } from '../tool-version.ts'
import type { TestSource } from './test-source.ts'

/** Runs the migrations of a test on any database. */
export function testRunner(driver: Driver, from: TestSource): MigrationRunner {
  const { source, environment, name, others, tracker } = from
  const runner = processOwner('whimbrel/testing', toolVersion)
  return new MigrationRunner({ driver, tracker, source, environment, name, others, runner })
}
