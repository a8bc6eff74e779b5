import { MigrateError } from '../migrate-error.ts'

/** What a file name says of its migration. */
export interface MigrationName {
  /** The stem: `007_add_index`. */
  readonly id: string
  /** `7`. */
  readonly version: string
  /** `add_index`. */
  readonly name: string
}

/** How a layout writes versions: digits alone, or digits with dashes between them. */
export type VersionStyle = 'digits' | 'stamp'

const PATTERNS: Readonly<Record<VersionStyle, RegExp>> = {
  digits: /^(\d+)_([A-Za-z0-9_]+)$/,
  stamp: /^(\d+(?:-\d+)*)_([A-Za-z0-9_]+)$/,
}
const MOST_DIGITS = 18

export interface NameOptions {
  /** Versions are `digits` (default) or a `stamp`. */
  readonly style?: VersionStyle
  /** The file as shown to people; the id where left out. */
  readonly file?: string
  /** What follows the id in the name of the file, for suggestions: `.sql`. */
  readonly ending?: string
}

/**
 * Reads an id, which is the name of a migration's file or folder without its ending. Throws MIGRATION_NAME, with a
 * name that would fit where one can be made.
 */
export function parseMigrationName(id: string, options: NameOptions = {}): MigrationName {
  const { style = 'digits', file = id } = options
  const match = PATTERNS[style].exec(id)
  const [, stamp = '', name = ''] = match ?? []
  if (match === null) throw nameError(file, whatIsWrong(id, style), hintFor(id, options))
  const digits = stamp.replaceAll('-', '')
  if (digits.length > MOST_DIGITS) {
    throw nameError(
      file,
      `its version has ${digits.length} digits, and ${MOST_DIGITS} is the most`,
      'Shorten the version; a time stamp of year to second has 14 digits',
    )
  }
  const version = digits.replace(/^0+/, '')
  if (version === '')
    throw nameError(file, 'its version is 0', 'Begin with version 1; 0 stands for the empty database')
  return { id, version, name }
}

function whatIsWrong(id: string, style: VersionStyle): string {
  const form = style === 'stamp' ? 'digits or a time stamp' : 'digits'
  if (!/^\d/.test(id)) return `it does not begin with its version, which is ${form}`
  if (/^[\d-]+_?$/.test(id)) return 'it has a version and no name'
  if (/[^A-Za-z0-9_-]/.test(id)) return 'it has characters other than letters, digits and "_"'
  return 'between the version and the words of the name only "_" may stand'
}

function hintFor(id: string, { style = 'digits', ending = '' }: NameOptions): string {
  const fitting = suggestedName(id, style)
  const form = style === 'stamp' ? '2024-01-15-120000_what_it_does' : '001_what_it_does'
  return fitting === undefined
    ? `Rename it to something like ${form}${ending}`
    : `Rename it to ${fitting}${ending}`
}

/** The nearest name that fits, undefined where the version or the name is missing. */
function suggestedName(id: string, style: VersionStyle): string | undefined {
  const version = style === 'stamp' ? /^[vV]?(\d+(?:-\d+)*)/.exec(id) : /^[vV]?(\d+)/.exec(id)
  if (version?.[1] === undefined) return undefined
  const name = id
    .slice(version[0].length)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return name === '' ? undefined : `${version[1]}_${name}`
}

/** MIGRATION_NAME: a file or folder has a name under which it cannot be a migration. */
export function nameError(file: string, what: string, hint: string): MigrateError {
  return new MigrateError('MIGRATION_NAME', `${file} is not a name for a migration: ${what}`, {
    hint,
    details: { file },
  })
}
