import type { Dialect } from '@whimbrel/core'

/** A name in the quotation marks of the engine. */
export function quoteName(name: string, { lexis }: Dialect): string {
  const { open, close } = lexis.identifiers[0] ?? { open: '"', close: '"' }
  return open + name.replaceAll(close, close + close) + close
}
