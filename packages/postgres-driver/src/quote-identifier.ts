/** A name as PostgreSQL reads it back unchanged, whatever characters it holds: `a"b` becomes `"a""b"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as PostgreSQL reads it back unchanged, with `standard_conforming_strings`. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
