import type { Session } from '@whimbrel/core'
import type { SchemaProblem } from './schema-problems.ts'

const missingParent = /^its foreign key \S+ refers to (.+), which is not there$/

/** What is broken of a schema on a server, as its inspector says; names in lower case. */
export async function serverProblems(
  { inspector }: Session,
  names: ReadonlySet<string> | undefined,
): Promise<readonly SchemaProblem[]> {
  const problems = (await inspector?.verify(names === undefined ? {} : { names })) ?? []
  return problems.flatMap(({ kind, object, message }): SchemaProblem[] => {
    if (kind === 'view' || kind === 'trigger') return [{ kind, object, parent: '', message }]
    const parent = missingParent.exec(message)?.[1]
    return parent === undefined ? [] : [{ kind: 'missing-parent', object, parent, message: '' }]
  })
}
