import { expect } from 'vitest'
import type { ErrorOutput } from '../src/output.ts'
import { documentOf, type Project } from './project.ts'

interface Expected {
  readonly code: string
  readonly exitCode: number
  readonly message?: RegExp
  readonly hint?: RegExp
}

/**
 * A command that must not do anything: it says so on stderr with what to do next, exits as its error does, says the
 * same with `--json`, and leaves every file as it was. Returns its error.
 */
export async function expectRefusal(
  project: Project,
  argv: readonly string[],
  expected: Expected,
): Promise<ErrorOutput> {
  const before = project.snapshot()
  const ran = await project.run(...argv)
  const document = documentOf(await project.run(...argv, '--json'))
  const error = document.error ?? document.databases.find((database) => database.error)?.error
  const all = JSON.stringify(document)
  expect({ exitCode: ran.exitCode, code: error?.code, all }).toMatchObject({
    exitCode: expected.exitCode,
    code: expected.code,
  })
  expect(document).toMatchObject({ ok: false, exitCode: expected.exitCode })
  expect(ran.err).toMatch(/^error: .+\n {2}next: .+\n/)
  expect(project.snapshot()).toEqual(before)
  if (error === undefined) throw new Error('no error')
  expect(ran.err).toContain(error.message)
  expect(ran.err).toContain(error.hint)
  if (expected.message !== undefined) expect(error.message).toMatch(expected.message)
  if (expected.hint !== undefined) expect(error.hint).toMatch(expected.hint)
  return error
}
