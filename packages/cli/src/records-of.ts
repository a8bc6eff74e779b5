import type { Applied } from '@whimbrel/core'
import type { Target } from './target.ts'

/** What is applied, where that can be read beside another error; undefined where it cannot. */
export async function recordsOf({ driver, tracker }: Target): Promise<readonly Applied[] | undefined> {
  try {
    if (!(await driver.exists())) return []
    const session = await driver.session('read')
    try {
      return await tracker.applied(session)
    } finally {
      await session.close()
    }
  } catch {
    return undefined
  }
}
