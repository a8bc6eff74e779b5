/** A Markdown table whose columns line up as plain text too; every column but the first is a number. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => [...(row[column] ?? '')].length)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => pad(cell, width[column] ?? 0, column)).join(' | ')} |\n`
  const rule = width.map((size, column) => (column === 0 ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`))
  return line(head) + line(rule) + rows.map(line).join('')
}

/** Milliseconds with as many digits as mean something. */
export function asMilliseconds(value: number | undefined): string {
  if (value === undefined) return '–'
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)
}

/** A ratio to the raw engine. */
export function asRatio(value: number | undefined, raw: number | undefined): string {
  if (value === undefined || raw === undefined) return '–'
  const ratio = value / raw
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)
}

/** The middle of the figures, undefined without any. */
export function median(figures: readonly number[] = []): number | undefined {
  const sorted = [...figures].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/** The least of the figures, undefined without any. */
export function minimum(figures: readonly number[] = []): number | undefined {
  return figures.length === 0 ? undefined : Math.min(...figures)
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}
