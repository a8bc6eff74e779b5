import {
  type Coordination,
  type HookContext,
  type Hooks,
  type MigrationState,
  plan,
  type RunEvent,
  type TransactionMode,
} from '@whimbrel/core'
import { openDatabase, sqliteDriver } from '@whimbrel/sqlite-driver'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { failure } from './failure.ts'
import { Fixture, migration } from './fixture.ts'

const users = migration('CREATE TABLE users (id INTEGER PRIMARY KEY);', 'DROP TABLE users;')
const roles = migration('CREATE TABLE roles (id INTEGER PRIMARY KEY);', 'DROP TABLE roles;')
const broken = migration('CREATE TABLE broken (id INTEGER);\nINSERT INTO nowhere VALUES (1);')
const alone = (text: string) => `-- Transaction: none\n${text}`

const modes = ['batch', 'each', 'all'] as const
const soon = () => new Promise<void>((resolve) => setImmediate(resolve))
const never = () => new Promise<void>(() => {})

let log: string[] = []
afterEach(() => {
  log = []
})

/** Stops the clock. Returns what lets time pass for those who measure it. */
function clock(): (ms: number) => Promise<void> {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  return async (ms) => {
    await Promise.resolve()
    vi.advanceTimersByTime(ms)
  }
}

/** Every hook, asynchronous, noting that it was called and has ended. */
const noting: Hooks = {
  before: ({ step }) => note(`before ${step.direction} ${step.id}`),
  after: ({ step }) => note(`after ${step.direction} ${step.id}`),
  error: ({ step, error }) => note(`error ${step.direction} ${step.id} ${error.code}`),
  beforeRun: ({ plan }) => note(`beforeRun ${plan.direction}`),
  afterRun: ({ report }) => note(`afterRun ${report.outcome}`),
  errorRun: ({ report, error }) => note(`errorRun ${report.outcome} ${error.code}`),
}

async function note(text: string): Promise<void> {
  await soon()
  log.push(text)
}

function noteEvent({ type }: RunEvent): void {
  log.push(type)
}

describe.each(modes)('hooks in mode %s', (transaction: TransactionMode) => {
  it('fire once per migration and once per run, in order, for up and for down', async () => {
    const fixture = new Fixture({ '001_users': users, '002_roles': roles })
    await fixture.up({ hooks: noting, transaction })
    expect(log.splice(0)).toEqual([
      'beforeRun up',
      'before up 001_users',
      'after up 001_users',
      'before up 002_roles',
      'after up 002_roles',
      'afterRun migrated',
    ])
    await fixture.down({ steps: 2 }, { hooks: noting, transaction })
    expect(log).toEqual([
      'beforeRun down',
      'before down 002_roles',
      'after down 002_roles',
      'before down 001_users',
      'after down 001_users',
      'afterRun rolled-back',
    ])
  })

  it('tell of the error once, after the hook before it and instead of the one after it', async () => {
    const fixture = new Fixture({ '001_users': users, '002_broken': broken, '003_roles': roles })
    await failure(fixture.up({ hooks: noting, transaction }))
    expect(log).toEqual([
      'beforeRun up',
      'before up 001_users',
      'after up 001_users',
      'before up 002_broken',
      'error up 002_broken STATEMENT_FAILED',
      `errorRun ${transaction === 'all' ? 'undone' : 'failed'} STATEMENT_FAILED`,
    ])
  })

  it('stop a migration before its first statement when the one before it throws', async () => {
    const fixture = new Fixture({ '001_users': users, '002_roles': roles })
    const before = ({ step }: HookContext) => {
      if (step.id === '002_roles') throw new Error('not today')
    }
    const { error, report } = await failure(
      fixture.up({ hooks: { ...noting, before }, transaction, onEvent: noteEvent }),
    )
    expect(error).toMatchObject({ code: 'HOOK_FAILED', exitCode: 1, details: { migration: '002_roles' } })
    expect(error.message).toBe('The before hook of 002_roles failed: not today')
    expect(log.filter((text) => text === 'statement-started')).toHaveLength(1)
    expect(report?.steps.at(-1)).toMatchObject({ id: '002_roles', outcome: 'failed' })
    expect(fixture.objects()).toEqual(transaction === 'all' ? [] : ['users'])
  })

  it('undo the migration when the one after it throws', async () => {
    const fixture = new Fixture({ '001_users': users })
    await failure(fixture.up({ hooks: { after: () => Promise.reject(new Error('no')) }, transaction }))
    expect(fixture.objects()).toEqual([])
    expect(await fixture.applied()).toEqual([])
  })

  it('are called at their place among the events', async () => {
    const fixture = new Fixture({ '001_users': users })
    await fixture.up({ hooks: noting, transaction, onEvent: noteEvent })
    expect(log).toEqual([
      'run-started',
      'beforeRun up',
      'step-started',
      'before up 001_users',
      'statement-started',
      'after up 001_users',
      'step-finished',
      'committed',
      'afterRun migrated',
      'run-finished',
    ])
  })
})

describe('hooks', () => {
  it('are not called in a plan, a look, or a run without steps', async () => {
    const fixture = new Fixture({ '001_users': users })
    const runner = fixture.runner({ hooks: noting })
    await runner.planUp()
    await runner.status()
    await runner.scripts(await runner.planUp())
    expect(log).toEqual([])
    await runner.up()
    log = []
    await runner.up()
    expect(log).toEqual([])
  })

  it('fire around a migration outside a transaction, too', async () => {
    const fixture = new Fixture({ '001_users': alone(users) })
    await fixture.up({ hooks: noting })
    await fixture.down({}, { hooks: noting })
    expect(log).toEqual([
      'beforeRun up',
      'before up 001_users',
      'after up 001_users',
      'afterRun migrated',
      'beforeRun down',
      'before down 001_users',
      'after down 001_users',
      'afterRun rolled-back',
    ])
  })

  it('stop a migration outside a transaction before anything of it is recorded', async () => {
    const fixture = new Fixture({ '001_users': alone(users) })
    await failure(fixture.up({ hooks: { before: () => Promise.reject(new Error('not today')) } }))
    expect(fixture.objects()).toEqual([])
    expect((await fixture.runner().status()).findings).toEqual([])
  })

  it('leave a migration outside a transaction in doubt when the one after it throws', async () => {
    const fixture = new Fixture({ '001_none': alone(users) })
    const { error } = await failure(fixture.up({ hooks: { after: () => Promise.reject(new Error('no')) } }))
    expect(error.message).toMatch(/after hook of 001_none failed: no; 001_none is in doubt now/)
    expect((await fixture.runner().status()).findings).toMatchObject([{ code: 'IN_DOUBT' }])
  })

  it('do not change what becomes of the migrations when the one for errors throws', async () => {
    const fixture = new Fixture({ '001_users': users, '002_broken': broken })
    const slack = { error: () => Promise.reject(new Error('slack is down')) }
    const { error, report } = await failure(fixture.up({ hooks: slack }))
    expect(error.message).toContain('nowhere')
    expect(error.details.hookError).toMatchObject({
      message: 'The error hook of 002_broken failed: slack is down',
    })
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['applied', 'failed'])
    expect(await fixture.applied()).toEqual(['001_users'])
  })

  it('have nothing to do with a promise of theirs that rejects after they have ended', async () => {
    const fixture = new Fixture({ '001_users': users, '002_roles': roles })
    let late: Promise<unknown> = Promise.resolve()
    const hooks: Hooks = {
      after({ step }) {
        if (step.id === '001_users') late = soon().then(() => Promise.reject(new Error('late')))
        late.catch(() => {})
      },
      async before({ step }) {
        if (step.id === '002_roles') await soon()
      },
    }
    expect(await fixture.up({ hooks })).toMatchObject({ outcome: 'migrated', findings: [] })
    await expect(late).rejects.toThrow('late')
  })

  it('keep the code of what the engine or the application says', async () => {
    const fixture = new Fixture({ '001_users': users })
    const after = ({ session }: HookContext) => session.execute('INSERT INTO usres VALUES (1)')
    const { error } = await failure(fixture.up({ hooks: { after } }))
    expect(error).toMatchObject({
      code: 'STATEMENT_FAILED',
      details: { hook: 'after', migration: '001_users' },
    })
    expect(error.message).toMatch(/^The after hook of 001_users failed: no such table/)
    expect(error.hint).toBe('Did you mean "users"?')
  })

  it.each([
    [{ befor: () => {} }, 'There is no hook "befor"', 'Did you mean "before"?'],
    [{ before: 'later' }, 'The before hook is not a function', 'Give a function; it may be asynchronous'],
  ])('are checked before anything is opened: %o', (hooks, message, hint) => {
    const fixture = new Fixture()
    const make = () => fixture.runner({ hooks: hooks as Hooks })
    expect(make).toThrow(expect.objectContaining({ code: 'USAGE', message, hint }))
  })
})

describe('a hook of the run', () => {
  it('stops it before anything is changed when the one before it throws', async () => {
    const fixture = new Fixture({ '001_users': users })
    await fixture.up()
    fixture.write({ '002_roles': roles })
    const beforeRun = () => Promise.reject(new Error('workers are busy'))
    const { error, report } = await failure(
      fixture.up({ hooks: { ...noting, beforeRun }, onEvent: noteEvent }),
    )
    expect(error).toMatchObject({ code: 'HOOK_FAILED', details: { hook: 'beforeRun' } })
    expect(error.message).toBe('The beforeRun hook failed: workers are busy')
    expect(report).toMatchObject({ outcome: 'failed', after: '001_users', steps: [{ outcome: 'not-run' }] })
    expect(log).toEqual(['run-started', 'errorRun failed HOOK_FAILED', 'run-finished'])
    expect(fixture.rows('SELECT id FROM schema_migrations_history')).toHaveLength(1)
  })

  it('undoes nothing when the one after it throws: the report tells of it', async () => {
    const fixture = new Fixture({ '001_users': users })
    const afterRun = () => Promise.reject(new Error('slack is down'))
    const report = await fixture.up({ hooks: { afterRun } })
    expect(report).toMatchObject({
      outcome: 'migrated',
      after: '001_users',
      findings: [
        { code: 'HOOK_FAILED', message: 'The afterRun hook failed: slack is down', blocking: false },
      ],
    })
    expect(await fixture.applied()).toEqual(['001_users'])
  })

  it('does not hide why the run failed when the one for errors throws', async () => {
    const fixture = new Fixture({ '001_broken': broken })
    const errorRun = () => Promise.reject(new Error('slack is down'))
    const { error, report } = await failure(fixture.up({ hooks: { errorRun } }))
    expect(error.code).toBe('STATEMENT_FAILED')
    expect(report?.findings).toMatchObject([{ code: 'HOOK_FAILED' }])
  })

  it('sees what was committed, and can look after the database in its own statements', async () => {
    const fixture = new Fixture({ '001_users': users })
    const afterRun: Hooks['afterRun'] = async ({ session, report }) => {
      await session.execute('VACUUM')
      await session.transaction(() => session.execute('INSERT INTO users VALUES (?)', [7]))
      expect(report.steps).toMatchObject([{ id: '001_users', outcome: 'applied' }])
    }
    expect(await fixture.up({ hooks: { afterRun } })).toMatchObject({ outcome: 'migrated', findings: [] })
    expect(fixture.rows('SELECT id FROM users')).toEqual([{ id: 7 }])
  })

  it('works in a handle that the application keeps', async () => {
    const fixture = new Fixture({ '001_users': users })
    const handle = await openDatabase(':memory:')
    onTestFinished(() => void handle.close())
    const hooks: Hooks = {
      beforeRun: ({ session }) => session.execute('CREATE TABLE first (id INTEGER)'),
      afterRun: ({ session }) => session.execute('INSERT INTO users VALUES (1)'),
    }
    const report = await fixture.up({ driver: sqliteDriver({ handle }), hooks })
    expect(report).toMatchObject({ outcome: 'migrated', findings: [] })
    expect(handle.prepare('SELECT * FROM users, (SELECT count(*) AS n FROM first)').all()).toEqual([
      { id: 1, n: 0 },
    ])
  })

  it('leaves the connection of the migrations as it was', async () => {
    const trigger =
      'CREATE TRIGGER again AFTER INSERT ON users WHEN NEW.id < 9 BEGIN INSERT INTO users VALUES (NEW.id + 1); END;'
    const fixture = new Fixture({ '001_users': users })
    await fixture.up()
    fixture.write({ '002_trigger': migration(`${trigger}\nINSERT INTO users VALUES (1);`) })
    const beforeRun: Hooks['beforeRun'] = ({ session }) => session.execute('PRAGMA recursive_triggers = on')
    await fixture.up({ hooks: { beforeRun } })
    expect(fixture.rows('SELECT id FROM users')).toEqual([{ id: 1 }, { id: 2 }])
  })
})

describe('the hooks of a run over several databases', () => {
  /** Does nothing but note when it is asked. */
  function coordination(decide: Coordination['decide']): Coordination {
    const say = (text: string) => async () => void log.push(text)
    return {
      decide,
      protect: say('protect'),
      begin: say('begin'),
      turn: say('turn'),
      applied: say('applied'),
      ready: say('ready'),
      committed: say('committed'),
      leave: say('leave'),
    }
  }

  it('are called before its transaction begins and after it was committed', async () => {
    const fixture = new Fixture({ '001_users': users })
    const decide = async (state: MigrationState) => plan(state, { direction: 'up' })
    await fixture.runner({ hooks: noting }).join(coordination(decide))
    expect(log).toEqual([
      'protect',
      'beforeRun up',
      'begin',
      'turn',
      'before up 001_users',
      'after up 001_users',
      'applied',
      'ready',
      'committed',
      'afterRun migrated',
      'leave',
    ])
  })

  it('are not called for a database without steps', async () => {
    const fixture = new Fixture({ '001_users': users })
    await fixture.up()
    const decide = async (state: MigrationState) => plan(state, { direction: 'up' })
    await fixture.runner({ hooks: noting }).join(coordination(decide))
    expect(log).toEqual(['protect', 'committed', 'leave'])
  })

  it('stop it before a transaction begins', async () => {
    const fixture = new Fixture({ '001_users': users })
    const beforeRun = () => Promise.reject(new Error('not today'))
    const decide = async (state: MigrationState) => plan(state, { direction: 'up' })
    await failure(fixture.runner({ hooks: { ...noting, beforeRun } }).join(coordination(decide)))
    expect(log).toEqual(['protect', 'errorRun failed HOOK_FAILED', 'leave'])
  })
})

describe('a hook that hangs', () => {
  it('fails after a time, with its name, and its migration is undone', async () => {
    const fixture = new Fixture({ '001_users': users, '002_roles': roles })
    const after = ({ step }: HookContext) => (step.id === '002_roles' ? never() : undefined)
    const { error, report } = await failure(fixture.up({ hooks: { ...noting, after }, hookTimeoutMs: 5 }))
    expect(error).toMatchObject({ code: 'HOOK_FAILED', details: { migration: '002_roles', timeoutMs: 5 } })
    expect(error.message).toBe('The after hook of 002_roles has done nothing for 5 ms')
    expect(report?.steps.map(({ outcome }) => outcome)).toEqual(['applied', 'failed'])
    expect(fixture.objects()).toEqual(['users'])
    expect(log.at(-1)).toBe('errorRun failed HOOK_FAILED')
  })

  it('inside a savepoint of its own leaves nothing behind, and what comes next is not disturbed', async () => {
    const fixture = new Fixture({ '001_users': users })
    let goOn = () => {}
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let late: Promise<unknown> = Promise.resolve()
    const after = ({ session }: HookContext) => {
      late = session.transaction(() =>
        session.transaction(async () => {
          await session.execute('INSERT INTO users VALUES (1)')
          await held
          await session.execute('INSERT INTO users VALUES (2)')
        }),
      )
      return late as Promise<void>
    }
    const { error } = await failure(fixture.up({ hooks: { after }, hookTimeoutMs: 5 }))
    expect(error.message).toBe('The after hook of 001_users has done nothing for 5 ms')
    await fixture.up()
    goOn()
    await soon()
    await expect(late).rejects.toMatchObject({ code: 'USAGE' })
    expect(fixture.rows('SELECT * FROM users')).toEqual([])
  })

  it('after the commit is a finding', async () => {
    const fixture = new Fixture({ '001_users': users })
    const report = await fixture.up({ hooks: { afterRun: never }, hookTimeoutMs: 5 })
    expect(report).toMatchObject({ outcome: 'migrated', findings: [{ code: 'HOOK_FAILED' }] })
  })

  it('is not one that works, however long it takes', async () => {
    const wait = clock()
    const fixture = new Fixture({ '001_users': users })
    const after = async ({ session }: HookContext) => {
      for (let id = 1; id <= 30; id += 1) {
        await session.execute('INSERT INTO users VALUES (?)', [id])
        await wait(4_000)
      }
    }
    await fixture.up({ hooks: { after }, hookTimeoutMs: 5_000 })
    expect(fixture.rows('SELECT count(*) AS n FROM users')).toEqual([{ n: 30 }])
  })

  it('has a minute where nothing else is said', async () => {
    const wait = clock()
    const fixture = new Fixture({ '001_users': users })
    const patience = async (ms: number) => {
      await wait(ms)
      await soon()
    }
    await fixture.up({ hooks: { before: () => patience(59_000) } })
    const { error } = await failure(fixture.down({}, { hooks: { before: () => patience(61_000) } }))
    expect(error.message).toBe('The before hook of 001_users has done nothing for 60000 ms')
  })

  it.each([0, Number.POSITIVE_INFINITY])(
    'may wait for any time with a limit of %d',
    async (hookTimeoutMs) => {
      const wait = clock()
      const fixture = new Fixture({ '001_users': users })
      await fixture.up({ hooks: { before: () => wait(3_600_000) }, hookTimeoutMs })
      expect(await fixture.applied()).toEqual(['001_users'])
    },
  )

  it.each([-1, Number.NaN, '5' as unknown as number])(
    'needs a limit that is one, not %d',
    (hookTimeoutMs) => {
      const fixture = new Fixture()
      expect(() => fixture.runner({ hookTimeoutMs })).toThrow(expect.objectContaining({ code: 'USAGE' }))
    },
  )

  it('can be interrupted', async () => {
    const fixture = new Fixture({ '001_users': users })
    const signal = { aborted: false }
    const after = () => {
      signal.aborted = true
      return never()
    }
    const { error } = await failure(fixture.up({ hooks: { ...noting, after }, signal }))
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 })
    expect(error.message).toBe('001_users was interrupted in its after hook')
    expect(fixture.objects()).toEqual([])
    expect(log.slice(-2)).toEqual(['error up 001_users INTERRUPTED', 'errorRun failed INTERRUPTED'])
  })
})
