import type { LintRule } from '../lint-rule.ts'

export const alreadyExists: LintRule = {
  code: 'ALREADY_EXISTS',
  title: 'Something is created or renamed to a name that is taken',
  level: 'error',
  harm: 'The statement fails: an earlier migration made it, or somebody did outside of the migrations.',
  hint: 'Remove the statement, choose another name, or see what was made by hand with "whimbrel drift"',
  refused({ message }) {
    const taken = /already exists$|^duplicate column name: |^there is already /.test(message)
    return taken ? { message } : undefined
  },
}
