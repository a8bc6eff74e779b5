import { MigrateError } from '../../migrate-error.ts'
import { suggest } from '../../suggest.ts'

/** What one key of an object may hold. */
export interface Field {
  /** The end of a sentence that begins with the key: "must be a text". */
  readonly form: string
  readonly accepts: (value: unknown) => boolean
  readonly required?: true
}

/** The keys that an object may have. */
export type Shape = Readonly<Record<string, Field>>

export interface ShapeContext {
  /** What the object is called: `001_create_users`, `createTable of users in 001_create_users`. */
  readonly at: string
  readonly migration: string | undefined
}

/** Throws USAGE for an unknown key, with the one that was meant, for a missing one, and for a value that does not fit. */
export function checkShape(value: object, shape: Shape, { at, migration }: ShapeContext): void {
  const known = Object.keys(shape)
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const near = suggest(key, known)
    throw new MigrateError('USAGE', `${at} has the key "${key}", which there is not`, {
      hint: near === undefined ? `Remove it. Known: ${known.join(', ')}` : `Did you mean "${near}"?`,
      details: { migration },
    })
  }
  for (const [key, { form, accepts, required }] of Object.entries(shape)) {
    const found: unknown = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
    if (found === undefined && required === undefined) continue
    if (found !== undefined && accepts(found)) continue
    const what = found === undefined ? `${at} has no "${key}"` : `"${key}" of ${at} does not fit`
    throw new MigrateError('USAGE', `${what}: it ${form}`, {
      hint: `Correct "${key}" of ${at}`,
      details: { migration },
    })
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text that the engine can take, with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0')
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

export const text: Field = { form: 'must be a text that is not empty', accepts: isText }
export const texts: Field = {
  form: 'must be a list of at least one text',
  accepts: (value) => isTextList(value) && value.length > 0,
}
export const flag: Field = { form: 'must be true or false', accepts: (value) => typeof value === 'boolean' }
/** The same field, which must be there. */
export const required = (field: Field): Field => ({ ...field, required: true })
