import type { MigrateError } from '@whimbrel/core'
import { completeError } from './complete-error.ts'
import { toMigrateError } from './describe-error.ts'
import type { Target } from './target.ts'

/** What a look at one database gave, or the error that kept it from being looked at. */
export type Looked<T> =
  | { readonly target: Target; readonly value: T; readonly error?: undefined }
  | { readonly target: Target; readonly error: MigrateError }

/** Looks at one database after the other; one that cannot be read hides no other. */
export async function eachDatabase<T>(
  targets: readonly Target[],
  look: (target: Target) => Promise<T>,
): Promise<readonly Looked<T>[]> {
  const looked: Looked<T>[] = []
  for (const target of targets) {
    try {
      looked.push({ target, value: await look(target) })
    } catch (thrown) {
      looked.push({ target, error: completeError(toMigrateError(thrown), target.flags) })
    }
  }
  return looked
}
