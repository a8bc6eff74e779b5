import { describe, expect, it } from 'vitest'
import { bindingProblem, engineProblem, loadEngine } from './engine.ts'

describe('engineProblem', () => {
  it.each([
    ['12.11.1', '20.19.0'],
    ['12.11.1', '26.10.0'],
    ['13.0.0', '22.0.0'],
    ['14.2.0', '24.1.0'],
  ])('lets better-sqlite3 %s run on Node.js %s', (engine, node) => {
    expect(engineProblem({ engine, node })).toBeUndefined()
  })

  it.each([
    ['13.0.0', '20.20.2'],
    ['13.4.1', '21.7.0'],
    ['11.10.0', '22.0.0'],
    [undefined, '20.20.2'],
  ])('refuses better-sqlite3 %s on Node.js %s and says what to install', (engine, node) => {
    expect(engineProblem({ engine, node })).toMatchObject({
      code: 'ENGINE_UNSUPPORTED',
      exitCode: 1,
      hint: expect.stringContaining('better-sqlite3@12'),
    })
  })
})

describe('bindingProblem', () => {
  it('names the tools where the engine was never compiled', () => {
    const problem = bindingProblem(new Error('Could not locate the bindings file. Tried:\n → /a/b.node'))
    expect(problem.message).toBe('better-sqlite3 is installed but not compiled')
    for (const tool of ['python3', 'make', 'g++', 'npm rebuild better-sqlite3'])
      expect(problem.hint).toContain(tool)
  })

  it('asks for a new compilation where Node.js changed', () => {
    const cause = new Error(
      "The module 'x.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115",
    )
    expect(bindingProblem(cause)).toMatchObject({
      code: 'ENGINE_UNSUPPORTED',
      message: expect.stringContaining('another version of Node.js'),
      hint: expect.stringContaining('npm rebuild'),
      cause,
    })
  })

  it('passes on the first line of any other reason', () => {
    const problem = bindingProblem(new Error('libstdc++.so.6: cannot open shared object file\n    at x'))
    expect(problem.message).toBe(
      'better-sqlite3 cannot be loaded: libstdc++.so.6: cannot open shared object file',
    )
  })
})

it('loads the engine once', () => {
  expect(loadEngine()).toBe(loadEngine())
})
