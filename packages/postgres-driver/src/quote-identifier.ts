/** A name as PostgreSQL reads it back unchanged, whatever characters it holds: `a"b` becomes `"a""b"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
