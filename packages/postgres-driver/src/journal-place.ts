const BEGINNING = 'postgres:'

/** What the place in a run journal says of a database of PostgreSQL. */
export interface JournalPlace {
  /** The identity of the server's files. */
  readonly server: string
  /** The number of the database in them. */
  readonly database: string
  /** The schema of the tracking tables. */
  readonly schema: string
}

/** As one text: no name of a host is in it, so that it is the same for everybody who can reach the database. */
export function journalPlace({ server, database, schema }: JournalPlace): string {
  return `${BEGINNING}${server}/${database}/${schema}`
}

/** The parts of such a text; undefined for the place of a database of another engine. */
export function parseJournalPlace(place: string): JournalPlace | undefined {
  const [, server, database, schema] = /^postgres:([^/]+)\/([^/]+)\/(.+)$/s.exec(place) ?? []
  if (server === undefined || database === undefined || schema === undefined) return undefined
  return { server, database, schema }
}
