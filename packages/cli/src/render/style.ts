import picocolors from 'picocolors'

/** Colours and figures, the same in every command. */
export function styleOf(color: boolean) {
  const colors = picocolors.createColors(color)
  return {
    ...colors,
    done: colors.green('✓'),
    failed: colors.red('✗'),
    undone: colors.yellow('↶'),
    waiting: colors.dim('·'),
    note: colors.yellow('!'),
  }
}

export type Style = ReturnType<typeof styleOf>

/** `950 ms`, `1.2 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `2026-11-20 14:03:07Z`: UTC, to the second. */
export function time(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}

/** `4 kB`, `1.5 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** `1 migration`, `2 migrations`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Width of a column that fits all of these, but not more than is readable. */
export function widthOf(texts: readonly string[]): number {
  return Math.min(60, Math.max(0, ...texts.map((text) => text.length)))
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
