import type { Without } from '@whimbrel/testing'

/** Why the engine goes without what other engines have. */
export const postgresWithout: Without = {
  makesDatabases:
    'a database of a server has an owner, a template and an encoding to decide about, and a misspelt name must not become an empty database',
}
