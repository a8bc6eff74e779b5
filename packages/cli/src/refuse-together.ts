import { MigrateError } from '@whimbrel/core'

/** Refuses options that say different things when more than one of them is given. */
export function refuseTogether(given: Readonly<Record<string, unknown>>): void {
  const [first, second] = Object.keys(given).filter(
    (name) => given[name] !== undefined && given[name] !== false,
  )
  if (first === undefined || second === undefined) return
  throw new MigrateError('USAGE', `${first} and ${second} contradict each other`, {
    hint: `Give only one of ${Object.keys(given).join(', ')}`,
  })
}
