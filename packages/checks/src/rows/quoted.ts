/** A name as every engine reads it that follows the standard. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
