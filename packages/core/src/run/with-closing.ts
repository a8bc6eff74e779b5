/** Works with something that has to be closed. An error of the work is never hidden by one of the closing. */
export async function withClosing<T>(close: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
  await close()
  return result
}
