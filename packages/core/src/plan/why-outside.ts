import type { Migration } from '../model/migration.ts'

/** Why a migration runs outside a transaction, as a sentence without a full stop; undefined where it runs in one. */
export function whyOutside({
  id,
  transactional,
  commits,
}: Pick<Migration, 'id' | 'transactional' | 'commits'>): string | undefined {
  if (transactional) return undefined
  return commits === undefined
    ? `${id} is declared "Transaction: none"`
    : `${id} has ${commits}, at which the engine commits by itself`
}
