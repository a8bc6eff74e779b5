import { describe, expect, it } from 'vitest'
import { AwaitedPromise } from './awaited-promise.ts'

/** Whether somebody waited for a promise, once everything that was begun has gone on. */
async function awaited(
  use: (promise: Promise<number>) => unknown,
  settled = Promise.resolve(7),
): Promise<boolean> {
  const promise = AwaitedPromise.of(settled)
  let told = false
  promise.onAwaited = () => {
    told = true
  }
  use(promise)
  await new Promise((resolve) => setImmediate(resolve))
  return told
}

describe('a promise that tells when somebody waits for it', () => {
  it('is waited for by await, then, catch, finally, all, and the one who returns it', async () => {
    expect(await awaited(async (promise) => expect(await promise).toBe(7))).toBe(true)
    expect(await awaited((promise) => promise.then(() => {}))).toBe(true)
    expect(await awaited((promise) => promise.catch(() => {}))).toBe(true)
    expect(await awaited((promise) => promise.finally(() => {}))).toBe(true)
    expect(await awaited((promise) => Promise.all([promise]))).toBe(true)
    expect(await awaited(async (promise) => promise)).toBe(true)
    expect(await awaited((promise) => Promise.resolve(promise))).toBe(true)
  })

  it('is not waited for by those who only call, and then ends no process when it rejects', async () => {
    expect(await awaited(() => {})).toBe(false)
    expect(await awaited(() => {}, Promise.reject(new Error('nobody hears this')))).toBe(false)
  })

  it('rejects for those who wait', async () => {
    await expect(AwaitedPromise.of(Promise.reject(new Error('heard')))).rejects.toThrow('heard')
  })
})
