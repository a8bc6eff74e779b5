import { MigrateError, type SchemaChange, schemaKinds } from '@whimbrel/core'

/** What an ignore pattern may be about; without a kind it is about anything of that name. */
export const ignorableKinds = [...schemaKinds, 'column'] as const

/** Says of a change whether somebody decided not to hear of it. */
export type IgnoreRule = (change: SchemaChange) => boolean

/**
 * Reads patterns: `fts_*` and `table:tmp_*` stand for a table with all that belongs to it, `index:idx_x` for an index,
 * `column:users.legacy` for a column. `*` stands for any characters, case does not count. Throws USAGE.
 */
export function ignoreRule(patterns: readonly string[]): IgnoreRule {
  const rules = patterns.map(ruleOf)
  return (change) => rules.some((rule) => rule(change))
}

function ruleOf(pattern: string): IgnoreRule {
  const colon = pattern.indexOf(':')
  const kind = colon === -1 ? undefined : pattern.slice(0, colon)
  const name = pattern.slice(colon + 1)
  if (name.trim() === '') throw unusable(pattern, 'names nothing')
  if (kind !== undefined && !isIgnorable(kind)) throw unusable(pattern, `is about a "${kind}"`)
  if ((kind === 'column' || kind === 'constraint') && !/.\../.test(name))
    throw unusable(pattern, `does not say of which table: "${kind}:TABLE.NAME"`)
  const fits = matcher(name)
  return (change) => {
    if (kind === undefined) return fits(change.table) || (isObject(change) && fits(change.name))
    if (kind === 'table') return change.kind !== 'view' && fits(change.table)
    if (kind === 'column' || kind === 'constraint')
      return change.kind === kind && fits(`${change.table}.${change.name}`)
    return change.kind === kind && fits(change.name)
  }
}

function isIgnorable(kind: string): boolean {
  return (ignorableKinds as readonly string[]).includes(kind)
}

function isObject({ kind }: SchemaChange): boolean {
  return kind !== 'column' && kind !== 'constraint'
}

function matcher(pattern: string): (name: string) => boolean {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const expression = new RegExp(`^${source.join('.*')}$`, 'is')
  return (name) => expression.test(name)
}

function unusable(pattern: string, problem: string): MigrateError {
  return new MigrateError('USAGE', `The ignore pattern "${pattern}" ${problem}`, {
    hint: `Write a name such as "fts_*", or one of ${ignorableKinds.map((kind) => `"${kind}:NAME"`).join(', ')}; * stands for any characters`,
    details: { pattern },
  })
}
