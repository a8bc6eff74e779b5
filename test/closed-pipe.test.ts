import { describe, expect, it } from 'vitest'
import { Project, run, whimbrel } from './command-line.ts'
import { migration } from './fixture.ts'

const many = 300
const files = Object.fromEntries(
  Array.from({ length: many }, (_, index) => {
    const number = index + 1
    return [
      `${String(number).padStart(3, '0')}_t${number}`,
      migration(`CREATE TABLE t${number} (id INTEGER);`),
    ]
  }),
)
const tenThousand = {
  '001_rows': migration(
    `CREATE TABLE rows (id INTEGER);\n${Array.from({ length: 10_000 }, (_, n) => `INSERT INTO rows VALUES (${n});`).join('\n')}`,
  ),
}

/** Runs the command as a shell does, with `into` after it; its own exit code ends up on stderr. */
async function piped(project: Project, args: readonly string[], into: string) {
  const shell = `{ "$0" "$@"; echo "exit $?" >&2; } ${into}`
  const ended = await run(['sh', '-c', shell, ...whimbrel(...args)], { cwd: project.folder })
  const code = /exit (\d+)/.exec(ended.stderr)?.[1]
  return { ...ended, stderr: ended.stderr.replace(/exit \d+\n/, ''), code: Number(code) }
}

describe('a reader that goes away', () => {
  it.each(['| head -1', '| true', '>&-'])(
    'ends status without a stack trace: whimbrel status %s',
    async (into) => {
      const project = new Project(files)
      for (const args of [['status'], ['status', '--json'], ['plan'], ['--help']]) {
        const { stderr, code } = await piped(project, args, into)
        expect([args, stderr, code]).toEqual([args, '', 0])
      }
    },
  )

  it.each(['| head -1', '| true', '>&-'])('does not stop up half-way: whimbrel up %s', async (into) => {
    const project = new Project(files)
    const { stderr, code } = await piped(project, ['up'], into)
    expect([stderr, code]).toEqual(['app: sqlite:app.db does not exist yet and is created\n', 0])
    expect(project.state().applied.length).toBe(many)
    expect(project.state().tables.length).toBe(many)
  })

  it('does not stop up half-way when nobody reads its progress, either', async () => {
    const project = new Project(files)
    await run(['sh', '-c', '{ "$0" "$@"; } 2>&1 | true', ...whimbrel('up')], { cwd: project.folder })
    expect(project.state().applied.length).toBe(many)
    const none = new Project(files)
    await run(['sh', '-c', '"$0" "$@" <&- >&- 2>&-', ...whimbrel('up')], { cwd: none.folder })
    expect(none.state().applied.length).toBe(many)
  })

  it.each(['| head -1', '| true', '>&-'])(
    'ends ten thousand lines without a stack trace: %s',
    async (into) => {
      const project = new Project(tenThousand)
      for (const args of [
        ['up', '--dry-run', '--sql'],
        ['plan', '--sql', '--json'],
      ]) {
        const { stderr, code } = await piped(project, args, into)
        expect([args, stderr, code]).toEqual([args, '', 0])
      }
      expect(project.files()).toEqual(['migrations', 'whimbrel.json'])
    },
  )

  it('still lets a failure be told by the exit code', async () => {
    const project = new Project({ ...files, '999_broken': migration('INSERT INTO nowhere VALUES (1);') })
    const { stderr, code } = await piped(project, ['up'], '| true')
    expect(code).toBe(1)
    expect(stderr).toContain('no such table: nowhere')
  })
})

describe('a reader that is slow', () => {
  it('gets every line, of text and of JSON', async () => {
    const project = new Project(tenThousand)
    const text = await piped(project, ['plan', '--sql'], '| (sleep 0.3; cat)')
    expect(text.code).toBe(0)
    expect(text.stdout.match(/INSERT INTO rows/g)?.length).toBe(10_000)
    const json = await piped(project, ['plan', '--sql', '--json'], '| (sleep 0.3; cat)')
    const { databases } = JSON.parse(json.stdout) as { databases: { steps: { sql: string[] }[] }[] }
    expect(databases[0]?.steps[0]?.sql.length).toBe(10_001)
  })
})
