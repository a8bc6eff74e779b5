import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands/index.ts'
import { documentOf, Project, table } from './project.ts'
import { expectRefusal } from './refusal.ts'

const one = { app: { '001_a': table('a') } }
const two = { first: { '001_a': table('a') }, second: { '001_a': table('a') } }
const usage = { code: 'USAGE', exitCode: 2 }

describe('arguments that make no sense', () => {
  it.each<[string[], RegExp, RegExp]>([
    [['upp'], /^There is no command "upp"$/, /^Did you mean "up"\?$/],
    [['nonsense'], /^There is no command "nonsense"$/, /^The commands are up, down, status/],
    [['--stpes', '1'], /^up has no option --stpes$/, /^Did you mean --steps\?$/],
    [['status', '--jsno'], /^status has no option --jsno$/, /^Did you mean --json\?$/],
    [['status', '--dry-run'], /^status has no option --dry-run$/, /whimbrel status --help/],
    [['up', '--steps'], /^--steps was given no value$/, /^Write --steps <n>/],
    [['up', '--db'], /^--db was given no value$/, /^Write --db <name>, or leave it out$/],
    [['up', '--db', '--dry-run'], /^--db was given no value$/, /^Write --db <name>/],
    [['accept', '1', '--reason', '--yes'], /^--reason was given no value$/, /^Write --reason <text>/],
    [['bundle', '--check', '--quiet'], /^--check was given no value$/, /^Write --check <file>/],
    [['up', '--steps', '0'], /^"0" is not a value of --steps$/, /whole number from 1/],
    [['up', '--steps', 'all'], /^"all" is not a value of --steps$/, /whole number from 1/],
    [['up', '--steps='], /^"" is not a value of --steps$/, /whole number from 1/],
    [['down', '--steps', '1.5'], /^"1.5" is not a value of --steps$/, /whole number from 1/],
    [['history', '--limit', '-1'], /^"-1" is not a value of --limit$/, /whole number from 1/],
    [['up', '--steps', '1', '--to', '1'], /^--steps and --to contradict/, /only one of --steps, --to$/],
    [['plan', '--steps', '1', '--to', '1'], /^--steps and --to contradict/, /only one of --steps, --to$/],
    [['down', '--all', '--only', '1'], /^--only and --all contradict/, /only one of/],
    [['down', '--to', '1', '--steps', '1'], /^--steps and --to contradict/, /only one of/],
    [['up', '--sql'], /--dry-run was not given$/, /^Add --dry-run/],
    [['down', '--sql'], /--dry-run was not given$/, /^Add --dry-run/],
    [['up', 'app'], /^up was given too many arguments: app$/, /whimbrel up --db app$/],
    [['create'], /^create was given no <name>$/, /whimbrel create "add user roles"/],
    [['create', 'add', 'roles'], /too many arguments: add, roles$/, /whimbrel create "add roles"$/],
    [['create', ''], /cannot be named from ""$/, /whimbrel create "add user roles"$/],
    [['create', '../x'], /is a path/, /whimbrel create "add user roles"$/],
    [['up', '--lock-timeout', '5'], /^--lock-timeout is "5", which is not a duration$/, /500ms, 30s or 2m/],
    [['up', '--busy-timeout', '-1s'], /^--busy-timeout is "-1s"/, /500ms, 30s or 2m/],
    [['up', '--log-level', 'loud'], /^"loud" is not a value of --log-level$/, /silent, error, warn/],
    [['up', '--log-format', 'xml'], /^"xml" is not a value of --log-format$/, /pretty, json$/],
    [['up', '--url', 'sqlite:x.db'], /without a folder of migrations$/, /--migrations/],
    [
      ['up', '--url', 'x.db', '--migrations', 'm', '--db', 'app'],
      /--url and --db contradict/,
      /--manifest and --db/,
    ],
    [['init', '--url', 'x.db', '--migrations', 'm'], /^init takes no --url/, /Leave it out/],
    [['init', '--db', '../x'], /^A database cannot be called "\.\.\/x"$/, /Begin with a letter/],
    [['init', '--db', 'a', '--db', 'b c'], /^A database cannot be called "b c"$/, /Begin with a letter/],
  ])('refuses %j', async (argv, message, hint) => {
    await expectRefusal(new Project(one), argv, { ...usage, message, hint })
  })

  it.each<[string[], RegExp]>([
    [['up', '--to', '1'], /^--to names a migration of one database, and 2 are selected$/],
    [['plan', '--to', '1'], /^--to names a migration of one database, and 2 are selected$/],
    [['down'], /^down is about one database, and 2 are selected$/],
    [['down', '--db', 'first', '--db', 'second'], /^down is about one database, and 2 are selected$/],
    [['create', 'x'], /^create is about one database, and 2 are selected$/],
  ])('refuses %j where several databases could be meant', async (argv, message) => {
    await expectRefusal(new Project(two), argv, {
      ...usage,
      message,
      hint: /--db with one of first, second$/,
    })
  })

  it('lists the known databases and suggests the nearest', async () => {
    const expected = { code: 'DATABASE_UNKNOWN', exitCode: 2, message: /"frist"/ }
    for (const command of ['up', 'down', 'status', 'plan', 'history', 'validate']) {
      const hint = /^Did you mean "first"\? Known: first, second$/
      await expectRefusal(new Project(two), [command, '--db', 'frist'], { ...expected, hint })
    }
  })

  it('names the command also where only its options make no sense', async () => {
    const project = new Project(one)
    expect(await project.json('--db', 'app', 'plan', '--foo')).toMatchObject({ command: 'plan', ok: false })
    expect(await project.json('--foo')).toMatchObject({ command: 'up', ok: false })
  })
})

describe('help', () => {
  it.each(commands.map(({ name }) => name))('begins with examples of %s that use it', async (name) => {
    const project = new Project()
    const { exitCode, out, err } = await project.run(name, '--help')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    const [first, example] = out.split('\n')
    expect(first).toBe('Examples:')
    expect(example).toMatch(/^ {2}whimbrel/)
    expect(out).toContain(`Usage: whimbrel ${name}`)
    for (const option of ['--db <name>', '--json', '--quiet']) expect(out).toContain(option)
    expect(await project.run('help', name)).toMatchObject({ out, exitCode: 0 })
    expect(await project.run(name, '-h')).toMatchObject({ out, exitCode: 0 })
  })

  it('lists every command', async () => {
    const { out, exitCode } = await new Project().run('--help')
    expect(exitCode).toBe(0)
    for (const { name, summary } of commands) {
      expect(out).toContain(`  ${name}`)
      expect(out.replace(/\s+/g, ' ')).toContain(summary)
    }
    expect(await new Project().run('help')).toMatchObject({ out, exitCode: 0 })
    expect(await new Project().run('-h')).toMatchObject({ out, exitCode: 0 })
  })

  it('prints the version', async () => {
    expect(await new Project().run('--version')).toMatchObject({ exitCode: 0, err: '', out: /^\S+\n$/ })
  })
})

describe('options of every command', () => {
  it('may stand before the command, after a leading "--", or without a command', async () => {
    const project = new Project(one)
    expect(await project.json('--', 'up', '--dry-run')).toMatchObject({ command: 'up', dryRun: true })
    expect(await project.json('--db', 'app', 'status')).toMatchObject({ command: 'status', ok: true })
    expect(await project.json('--db', 'app')).toMatchObject({ command: 'up', ok: true })
    expect(project.objects('app')).toEqual(['a'])
  })

  it.each(['up', 'status', 'plan', 'history', 'validate', 'down'])('%s takes --yes', async (command) => {
    const project = new Project(one)
    expect(await project.run(command, '--yes')).toMatchObject({ exitCode: 0 })
  })

  it('with --quiet print nothing where all is well', async () => {
    const project = new Project(one)
    for (const argv of [['up'], ['up'], ['status'], ['validate'], ['history'], ['down'], ['create', 'x']]) {
      expect(await project.run(...argv, '--quiet')).toEqual({ exitCode: 0, out: '', err: '' })
    }
  })

  it('with --quiet still tell what is wrong', async () => {
    const project = new Project({ ...two, first: { '001_a': 'no marker' } })
    const up = await project.run('up', '--quiet')
    expect(up).toMatchObject({ exitCode: 2, out: 'first  failed, nothing was run\n' })
    expect(up.err).toMatch(/^error: first: first\/001_a\.sql has neither/)
    const validate = await project.run('validate', '--quiet')
    expect(validate.exitCode).toBe(3)
    expect(validate.out).toMatch(/^first {2}1 finding\n {2}! /)
    expect(validate.out).not.toContain('second')
  })

  it('with --json print the document also with --quiet', async () => {
    expect(documentOf(await new Project(one).run('status', '--json', '--quiet')).ok).toBe(true)
  })
})

describe('results and errors', () => {
  it('go to stdout and stderr, apart', async () => {
    const project = new Project(one)
    const up = await project.run('up')
    expect(up.out).toMatch(/^app {2}1 applied, now at 001_a\n {2}✓ 001_a/)
    expect(up.err).toBe('app: sqlite:app.db does not exist yet and is created\n')
    project.migrations('app', { '002_b': table('a') })
    const failed = await project.run('up')
    expect(failed.exitCode).toBe(1)
    expect(failed.out).toMatch(/^app {2}failed, still at 001_a\n {2}✗ 002_b {2}/)
    expect(failed.out).not.toContain('already exists')
    expect(failed.err).toMatch(/^error: app: 002_b failed at app\/002_b\.sql:3 .*already exists\n {2}next: /)
  })
})
