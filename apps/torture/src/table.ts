/** A Markdown table whose columns line up as plain text too; all but the first few columns are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const width = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => [...(row[column] ?? '')].length)),
  )
  const pad = (cell: string, column: number) =>
    column < words ? cell.padEnd(width[column] ?? 0) : cell.padStart(width[column] ?? 0)
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |\n`
  const rule = width.map((size, column) => (column < words ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`))
  return line(head) + line(rule) + rows.map(line).join('')
}
