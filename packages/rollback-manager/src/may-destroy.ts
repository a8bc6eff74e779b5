import type { ScriptFacts } from '@whimbrel/core'

const destroying = ['DELETE', 'DROP', 'REPLACE', 'TRUNCATE'] as const

/** Can a script take data away? Told by its words alone, so that the answer is yes too often and never no too often. */
export function mayDestroy({ keywords }: Pick<ScriptFacts, 'keywords'>): boolean {
  return destroying.some((word) => keywords.has(word))
}
