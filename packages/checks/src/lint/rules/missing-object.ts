import { suggest } from '@whimbrel/core'
import type { LintRule } from '../lint-rule.ts'

export const missingObject: LintRule = {
  code: 'MISSING_OBJECT',
  title: 'A table, index, view or trigger is named that is not there',
  level: 'error',
  harm: 'The statement fails: the name is misspelt, or what it means is made later, elsewhere or not at all.',
  hint: 'Correct the name, or create it in an earlier statement or migration',
  refused({ message }, { before }) {
    const match = /^no such (table|index|view|trigger): (?:main\.)?(.+)$/.exec(message)
    if (match === null) return undefined
    const [, kind, name = ''] = match
    const names = before.objects.filter((object) => object.kind === kind).map((object) => object.name)
    const near = name.length < 3 ? undefined : suggest(name, names)
    return { message, ...(near !== undefined && { hint: `Did you mean ${near}?` }) }
  },
}
