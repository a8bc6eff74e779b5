import type { LintRule } from '../lint-rule.ts'

const blocked = /^error in (view|trigger) (.+?)(?: after rename)?: /

export const renameBlocked: LintRule = {
  code: 'RENAME_BLOCKED',
  title: 'A view or trigger stops a rename',
  level: 'error',
  harm: 'A rename reads every view and trigger, and one that does not compile at that moment stops it: in a table rebuild, each that names the table that was just dropped.',
  hint: 'Drop the view or trigger first and create it again at the end, or put PRAGMA legacy_alter_table = ON in front of the rename and OFF behind it',
  refused({ statement, message }) {
    const match = blocked.exec(message)
    if (statement.verb !== 'ALTER' || match === null) return undefined
    return { message: `The ${match[1]} ${match[2]} does not compile at this moment: ${message}` }
  },
}
