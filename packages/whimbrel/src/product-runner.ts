import { MigrateError } from '@whimbrel/core'
import {
  type RecoveryReport,
  type ReleaseReport,
  ReleaseRunner,
  releaseOf,
  type UnfinishedRun,
} from '@whimbrel/orchestrator'
import type { CheckedOptions } from './checked-options.ts'
import { named } from './naming.ts'
import type { Product } from './product.ts'
import { releaseDatabases } from './release-databases.ts'
import { runnerOf } from './runner-of.ts'

/** Runs the migrations of a product as one release, as an application asks for it. */
export class ProductRunner {
  readonly #product: Product
  readonly #runner: ReleaseRunner

  /** Throws USAGE for hooks that make no sense. */
  constructor(product: Product, options: CheckedOptions) {
    const { signal, onEvent } = options
    this.#product = product
    this.#runner = new ReleaseRunner({
      databases: releaseDatabases(product, options),
      runner: runnerOf(options),
      environment: product.environment,
      signal,
      onEvent,
    })
  }

  /** A run that was interrupted, or is going on. */
  unfinished(): Promise<UnfinishedRun | undefined> {
    return this.#runner.unfinished()
  }

  /** Finishes what was interrupted. */
  recover(): Promise<readonly RecoveryReport[]> {
    return this.#runner.recover()
  }

  /** Applies what is pending, after finishing what was interrupted. Rejects with an error that names its database. */
  async up(): Promise<ReleaseReport> {
    const { selected, release, all } = this.#product
    const databases = selected.map(({ name }) => name)
    try {
      return await this.#runner.run({ direction: 'up', databases, release })
    } catch (error) {
      if (!MigrateError.is(error)) throw error
      const failed = releaseOf(error)?.databases.find((database) => database.error !== undefined)
      throw inCode(failed === undefined ? error : named(error, { name: failed.database, of: all.length }))
    }
  }
}

/** An application has options where the command has flags. */
function inCode(error: MigrateError): MigrateError {
  const { code, message, hint, details, cause } = error
  if (!hint.includes('--allow-data-loss')) return error
  const option =
    'Look at it with "whimbrel plan", then add { allowDataLoss: true }: what goes is kept in a file first'
  return new MigrateError(code, message, { hint: option, details, cause })
}
