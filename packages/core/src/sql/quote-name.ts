import type { Dialect } from '../model/dialect.ts'

/** A name in the quotation marks of the engine. */
export function quoteName(name: string, { lexis }: Pick<Dialect, 'lexis'>): string {
  const { open, close } = lexis.identifiers[0] ?? { open: '"', close: '"' }
  return open + name.replaceAll(close, close + close) + close
}
