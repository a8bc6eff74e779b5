import type { Direction, Plan } from '@whimbrel/core'
import type { UnknownState } from './known-database.ts'

/** The plan of a database that could not be looked at: nothing, and why. */
export function unreadable(
  name: string,
  { state, direction }: { readonly state: UnknownState; readonly direction: Direction },
): Plan {
  return {
    direction,
    before: null,
    after: null,
    steps: [],
    skipped: [],
    findings: [
      {
        code: 'DATABASE_UNREACHABLE',
        message: `${name} could not be looked at: ${state.unknown}`,
        hint: `See "whimbrel status --db ${name}", or leave it out by naming the others with --db`,
        blocking: true,
      },
    ],
  }
}
