/** True for a table whose text has a foreign key to another one. A word too many is possible in a comment. */
export function refersTo(sql: string, table: string): boolean {
  const words = sql.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []
  return words.some((word, index) => word === 'references' && words[index + 1] === table.toLowerCase())
}
