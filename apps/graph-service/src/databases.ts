import { type DatabasesOptions, type OpenDatabases, openDatabases, type ReleaseEvent, status } from 'whimbrel'

const names = ['settings', 'knowledge_graph', 'ontology'] as const

/** The open databases of the service. */
export type Databases = OpenDatabases<(typeof names)[number]>

/** Where they are. */
export type Place = Pick<DatabasesOptions, 'manifest' | 'directory' | 'environment' | 'env'>

/** How they are opened. */
export interface OpeningOptions {
  /** Open only what is exactly what this service needs, and write nothing. */
  readonly check: boolean
  readonly signal: AbortSignal
  readonly onEvent: (event: ReleaseEvent) => void
}

/** The databases, migrated and open, or an error and nothing open: then this service must not start. */
export function openAll(place: Place, { check, signal, onEvent }: OpeningOptions): Promise<Databases> {
  return openDatabases({
    ...place,
    databases: names,
    mode: check ? 'check' : 'migrate',
    application: 'graph-service',
    signal,
    onEvent,
  })
}

/** Where each of them stands now. */
export function lookAtAll(place: Place) {
  return status({ ...place, databases: names })
}
