import type { Migration } from '@whimbrel/core'
import { referenceOf } from './judge.ts'
import type { LintFinding } from './lint-finding.ts'
import { type IgnoreMistake, isIgnored, type LintIgnore, type LintIgnores } from './lint-ignores.ts'
import type { LintRule } from './lint-rule.ts'
import { ignoreUnknown } from './rules/ignore-unknown.ts'
import { ignoreUnused } from './rules/ignore-unused.ts'
import { ignoreWithoutReason } from './rules/ignore-without-reason.ts'

const rulesOfMistakes: Readonly<Record<IgnoreMistake['kind'], LintRule>> = {
  unknown: ignoreUnknown,
  'no-reason': ignoreWithoutReason,
  'no-place': ignoreUnused,
}

/** Takes out what the comments of each file let through, and adds what is wrong with the comments themselves. */
export function applyIgnores(
  migrations: readonly Migration[],
  { found, ignores }: { found: readonly LintFinding[]; ignores: ReadonlyMap<string, LintIgnores> },
): { readonly findings: readonly LintFinding[]; readonly ignored: number } {
  let ignored = 0
  const findings = migrations.flatMap((migration) => {
    const own = found.filter((finding) => finding.migration === migration.id)
    const { ignores: written, mistakes } = ignores.get(migration.id) ?? { ignores: [], mistakes: [] }
    const left = own.filter((finding) => !written.some((ignore) => isIgnored(finding, ignore)))
    ignored += own.length - left.length
    const unused = written.filter((ignore) => !own.some((finding) => isIgnored(finding, ignore)))
    return [
      ...left,
      ...mistakes.map((mistake) => mistakeFinding(migration, mistake)),
      ...unused.map((ignore) => unusedFinding(migration, ignore)),
    ].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  })
  return { findings, ignored }
}

function mistakeFinding({ id, file }: Migration, { kind, line, message, hint }: IgnoreMistake): LintFinding {
  const { code, level } = rulesOfMistakes[kind]
  return { code, level, migration: id, file, line, message, hint, reference: referenceOf(code) }
}

function unusedFinding({ id, file }: Migration, { code: of, line }: LintIgnore): LintFinding {
  const { code, level, hint } = ignoreUnused
  const message = `Nothing here has to be ignored: ${of} is not found`
  return { code, level, migration: id, file, line, message, hint, reference: referenceOf(code) }
}
