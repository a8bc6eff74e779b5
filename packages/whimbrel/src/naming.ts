import { MigrateError } from '@whimbrel/core'
import type { Product } from './product.ts'

interface Named {
  readonly name: string
}

/** Does something for one database; what is thrown names it, in its message and as `details.database`. */
export async function naming<T>(
  database: Named,
  product: Pick<Product, 'all'>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw MigrateError.is(error) ? named(error, { ...database, of: product.all.length }) : error
  }
}

/** The same error, which says of which database it speaks where there are several. */
export function named(error: MigrateError, { name, of }: Named & { readonly of: number }): MigrateError {
  const { code, message, hint, details } = error
  return new MigrateError(code, of > 1 ? `${name}: ${message}` : message, {
    hint,
    details: { ...details, database: name },
    cause: error,
  })
}

/** What a check throws, where it throws a MigrateError. */
export function thrownBy(check: () => void): MigrateError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
}
