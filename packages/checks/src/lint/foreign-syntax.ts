import type { MigrateError } from '@whimbrel/core'
import { foreignSigns } from './foreign-signs.ts'
import { referenceOf } from './judge.ts'
import type { LintFinding } from './lint-finding.ts'
import { otherEngine } from './rules/other-engine.ts'

/** A file that cannot be read because it is written for another engine, as a finding; none for other reasons. */
export function findForeignSyntax({ code, message, details }: MigrateError): readonly LintFinding[] {
  const { parameter, migration, file, line } = details
  if (code !== 'MIGRATION_SQL' || typeof parameter !== 'string' || migration === undefined) return []
  const sign = foreignSigns.find(({ pattern }) => pattern.test(parameter))
  if (sign === undefined) return []
  const { code: rule, level } = otherEngine
  const said = `${sign.what}, which SQLite does not know (${message})`
  return [
    {
      code: rule,
      level,
      migration,
      file,
      line,
      message: said,
      hint: sign.hint,
      reference: referenceOf(rule),
    },
  ]
}
