import type { Slot } from './slots.ts'
import type { TableShape } from './table-shape.ts'

/**
 * The slots that an engine's message speaks of, by the names in it: of columns, and of checks, indexes and triggers
 * that speak of columns. All of them where it names nothing.
 */
export function blamedSlots(message: string, shape: TableShape, slots: readonly Slot[]): readonly number[] {
  const words = new Set(message.toLowerCase().match(/[\w$\u0080-\uffff]+/g))
  const named = shape.rules.filter(({ name }) => name !== '' && words.has(name.toLowerCase()))
  const columns =
    named.length > 0
      ? named.flatMap((rule) => rule.columns)
      : shape.columns.map(({ name }) => name).filter((name) => words.has(name.toLowerCase()))
  const blamed = slots.flatMap((slot, at) =>
    slot.columns.some((name) => columns.includes(name)) ? [at] : [],
  )
  return blamed.length > 0 ? blamed : slots.map((_, at) => at)
}
