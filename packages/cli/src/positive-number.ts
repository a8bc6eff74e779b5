import { MigrateError } from '@whimbrel/core'

/** The whole number from 1 that an option was given, or undefined. Throws USAGE, naming the option. */
export function positiveNumber(value: unknown, option: string): number | undefined {
  if (value === undefined) return undefined
  const text = String(value)
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number > 0) return number
  throw new MigrateError('USAGE', `"${text}" is not a value of ${option}`, {
    hint: `Give ${option} a whole number from 1`,
  })
}
