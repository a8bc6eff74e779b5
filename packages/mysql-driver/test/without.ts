import type { Without } from '@whimbrel/testing'

/** Why the engine goes without what other engines have. */
export const mysqlWithout: Without = {
  makesDatabases:
    'a database of a server has a character set and rights to decide about, and a misspelt name must not become an empty database',
  undoesSchema: 'the server commits at every change of the schema',
  prepares:
    'a change of the schema is refused inside XA and commits what ran before it: the database stands alone in a run',
  keepsDecisions: 'it stands alone in a run over several databases, and nobody decides about it',
}
