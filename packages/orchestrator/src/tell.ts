import type { ReleaseEvent } from './release-event.ts'

/**
 * Tells a listener of something that concerns several databases. What it throws changes nothing: between a decision and
 * its commits, least of all. Events of one database are told by its runner, whose report says when the listener failed.
 */
export function tell(listener: ((event: ReleaseEvent) => unknown) | undefined, event: ReleaseEvent): void {
  // An asynchronous listener may fail later; nobody waits for it.
  const told = async () => listener?.(event)
  told().catch(() => {})
}
