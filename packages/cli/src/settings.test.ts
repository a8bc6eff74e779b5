import { MigrateError } from '@whimbrel/core'
import { describe, expect, it } from 'vitest'
import { type Settings, type SharedOptions, settle } from './settings.ts'
import type { Terminal } from './terminal.ts'

const terminal: Omit<Terminal, 'env'> = {
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  columns: 80,
  color: false,
  cwd: '/',
  signal: { aborted: false },
}

function settled(options: SharedOptions, env: Terminal['env'] = {}): Settings {
  return settle(options, { ...terminal, env })
}

function refusal(options: SharedOptions, env: Terminal['env'] = {}): MigrateError {
  try {
    settled(options, env)
  } catch (error) {
    if (MigrateError.is(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('settle', () => {
  it('asks for nothing where nothing is given', () => {
    expect(settled({})).toEqual({
      databases: [],
      environment: undefined,
      environmentFrom: 'WHIMBREL_ENV',
      manifest: undefined,
      single: undefined,
      json: false,
      quiet: false,
      lockTimeoutMs: undefined,
      busyTimeoutMs: undefined,
      logLevel: 'silent',
      logFormat: 'pretty',
    })
  })

  it.each<[string, SharedOptions, Terminal['env'], Partial<Settings>]>([
    ['--env', { env: 'a' }, { WHIMBREL_ENV: 'b' }, { environment: 'a', environmentFrom: '--env' }],
    ['WHIMBREL_ENV', {}, { WHIMBREL_ENV: 'b' }, { environment: 'b', environmentFrom: 'WHIMBREL_ENV' }],
    ['--log-level', { logLevel: 'warn' }, { WHIMBREL_LOG_LEVEL: 'debug' }, { logLevel: 'warn' }],
    ['WHIMBREL_LOG_LEVEL', {}, { WHIMBREL_LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [
      'no variable',
      {},
      { WHIMBREL_ENV: '', WHIMBREL_LOG_LEVEL: '' },
      { environment: undefined, logLevel: 'silent' },
    ],
    ['--lock-timeout', { lockTimeout: '2m' }, {}, { lockTimeoutMs: 120_000 }],
    ['--busy-timeout', { busyTimeout: '500ms' }, {}, { busyTimeoutMs: 500 }],
  ])('takes what %s says', (_, options, env, expected) => {
    expect(settled(options, env)).toMatchObject(expected)
  })

  const variables = { DATABASE_URL: 'u', DATABASE_PATH: 'p', MIGRATIONS_DIR: 'm' }

  it.each<[SharedOptions, Terminal['env'], Settings['single']]>([
    [{ url: 'x', migrations: 'y' }, variables, { url: 'x', urlFrom: '--url', migrations: 'y' }],
    [{ url: 'x' }, variables, { url: 'x', urlFrom: '--url', migrations: 'm' }],
    [{ migrations: 'y' }, variables, { url: 'u', urlFrom: 'DATABASE_URL', migrations: 'y' }],
    [{}, variables, { url: 'u', urlFrom: 'DATABASE_URL', migrations: 'm' }],
    [{}, { ...variables, DATABASE_URL: '' }, { url: 'p', urlFrom: 'DATABASE_PATH', migrations: 'm' }],
    [{}, { DATABASE_URL: 'u' }, undefined],
    [{}, { MIGRATIONS_DIR: 'm' }, undefined],
    [{ db: ['a'] }, variables, undefined],
    [{ manifest: 'f' }, variables, undefined],
  ])('finds the single database of %j with %j', (options, env, expected) => {
    expect(settled(options, env).single).toEqual(expected)
  })

  it.each<[SharedOptions, Terminal['env'], RegExp]>([
    [{ url: 'x' }, {}, /^--url was given without a folder of migrations$/],
    [{ migrations: 'x' }, {}, /^--migrations was given without a database$/],
    [{ url: 'x', migrations: '' }, {}, /^--migrations names no folder: its value is empty$/],
    [
      { manifest: 'postgres://u:s@h/x' },
      {},
      /^--manifest takes the file of a manifest, and postgres:\/\/u:\*\*\*@h\/x is a url$/,
    ],
    [{}, { WHIMBREL_MANIFEST: 'sqlite:a.db' }, /^WHIMBREL_MANIFEST takes the file of a manifest/],
    [{ url: 'x', manifest: 'f' }, {}, /^--url and --manifest contradict each other$/],
    [{ url: 'x', db: ['a'] }, {}, /^--url and --db contradict each other$/],
    [
      {},
      { ...variables, WHIMBREL_MANIFEST: 'f' },
      /^WHIMBREL_MANIFEST names a manifest, and DATABASE_URL with MIGRATIONS_DIR a single database$/,
    ],
    [{ logLevel: 'loud' }, {}, /^"loud" is not a value of --log-level$/],
    [{}, { WHIMBREL_LOG_LEVEL: 'loud' }, /^"loud" is not a value of WHIMBREL_LOG_LEVEL$/],
    [{ logFormat: 'xml' }, {}, /^"xml" is not a value of --log-format$/],
    [{ lockTimeout: '5' }, {}, /^--lock-timeout is "5", which is not a duration$/],
    [{ busyTimeout: 'soon' }, {}, /^--busy-timeout is "soon", which is not a duration$/],
  ])('refuses %j with %j', (options, env, message) => {
    const error = refusal(options, env)
    expect(error.message).toMatch(message)
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 })
    expect(error.hint).not.toBe('')
  })

  it('suggests the level that was probably meant', () => {
    expect(refusal({ logLevel: 'inof' }).hint).toBe(
      'Did you mean "info"? It takes silent, error, warn, info, debug',
    )
  })
})
