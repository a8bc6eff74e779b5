import { shownAs as shownAsIn, shownName } from '../tables.ts'

/** The parameter of the query: the schema whose name people do not write. */
const home = '$1'

/** The name that people see, of something in pg_class. */
export const shown = (relation: string, schema: string): string => shownName(relation, schema, home)

/** The same for something of another catalogue. */
export const shownAs = (name: string, schema: string): string => shownAsIn(name, schema, home)

/** The name as it stands in SQL. */
export const reference = (relation: string, schema: string): string =>
  `format('%I.%I', ${schema}.nspname, ${relation}.relname)`

/** Statements as a list in JSON, without those that are NULL. */
export const list = (...statements: readonly string[]): string =>
  `array_to_json(array_remove(ARRAY[${statements.join(', ')}]::text[], NULL))::text`

/** The statement that makes the comment of an object; NULL where it has none. `what` is SQL, too. */
export const comment = (
  what: string,
  named: string,
  { oid, catalogue }: { readonly oid: string; readonly catalogue: string },
): string =>
  `CASE WHEN obj_description(${oid}, '${catalogue}') IS NOT NULL
    THEN format('COMMENT ON %s %s IS %L', ${what}, ${named}, obj_description(${oid}, '${catalogue}')) END`
