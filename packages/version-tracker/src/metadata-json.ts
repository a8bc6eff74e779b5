import { type Dependency, type Metadata, MigrateError } from '@whimbrel/core'

/** What a migration declares that says nothing. */
export const noMetadata: Metadata = Object.freeze({
  description: undefined,
  author: undefined,
  date: undefined,
  dependsOn: Object.freeze([]),
  environments: Object.freeze([]),
  transactional: true,
  foreignKeys: false,
  irreversible: undefined,
  expectLoss: Object.freeze([]),
  engine: undefined,
})

/** Metadata as the JSON of its column: only what differs from saying nothing, null where nothing does. */
export function metadataToJson(metadata: Metadata): string | null {
  const names = Object.keys(noMetadata) as (keyof Metadata)[]
  const said = names.filter((name) => !saysNothing(name, metadata[name]))
  if (said.length === 0) return null
  return JSON.stringify(Object.fromEntries(said.map((name) => [name, metadata[name]])))
}

function saysNothing(name: keyof Metadata, value: Metadata[keyof Metadata]): boolean {
  return Array.isArray(value) ? value.length === 0 : value === noMetadata[name]
}

/**
 * Reads the column back; the empty string stands for null. Values that are not what they should be count as not said.
 * Throws RECORD_LOST where it is not a JSON object.
 */
export function metadataFromJson(json: string, record: string): Metadata {
  if (json === '') return noMetadata
  const said = parse(json, record)
  return {
    description: text(said.description),
    author: text(said.author),
    date: text(said.date),
    dependsOn: list(said.dependsOn).filter(isDependency),
    environments: list(said.environments).filter(isText),
    transactional: said.transactional !== false,
    foreignKeys: said.foreignKeys === true,
    irreversible: text(said.irreversible),
    expectLoss: list(said.expectLoss).filter(isText),
    engine: text(said.engine),
  }
}

function parse(json: string, record: string): Partial<Record<keyof Metadata, unknown>> {
  let cause: unknown
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    cause = error
  }
  throw new MigrateError('RECORD_LOST', `The metadata of ${record} in the tracking table cannot be read`, {
    hint: `Something else changed the row: set its metadata to NULL or to the JSON it had, then run the command again`,
    details: { migration: record, metadata: json },
    cause,
  })
}

function text(value: unknown): string | undefined {
  return isText(value) ? value : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isDependency(value: unknown): value is Dependency {
  return typeof value === 'object' && value !== null && 'target' in value && isText(value.target)
}
