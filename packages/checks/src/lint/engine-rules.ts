import type { Dialect } from '@whimbrel/core'
import type { LintRule } from './lint-rule.ts'
import { lintRules } from './rules/index.ts'
import { mysqlLintRules } from './rules/mysql/index.ts'
import { postgresLintRules } from './rules/postgres/index.ts'

const rules: ReadonlyMap<string, readonly LintRule[]> = new Map([
  ['mysql', mysqlLintRules],
  ['postgres', postgresLintRules],
  ['sqlite', lintRules],
])

/** The rules for an engine; undefined where there are none. */
export function engineRules({ name }: Pick<Dialect, 'name'>): readonly LintRule[] | undefined {
  return rules.get(name)
}
