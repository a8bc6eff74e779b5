import { type Driver, type Inspector, MigrateError, type Session } from '@whimbrel/core'

/** A session that can say what schema there is. */
export type InspectedSession = Session & { readonly inspector: Inspector }

/** Opens a scratch database. Throws ENGINE_UNSUPPORTED where the driver has none. */
export async function scratchOf(driver: Driver): Promise<InspectedSession> {
  const session = await driver.scratch?.()
  if (session === undefined) throw unsupported(driver)
  return inspected(session, driver)
}

/** The session as one that can be looked into. Throws ENGINE_UNSUPPORTED where it cannot. */
export function inspected(session: Session, driver: Driver): InspectedSession {
  if (session.inspector === undefined) throw unsupported(driver)
  return session as InspectedSession
}

function unsupported({ location, dialect }: Driver): MigrateError {
  return new MigrateError('ENGINE_UNSUPPORTED', `The schema of ${location} cannot be compared`, {
    hint: `The driver of ${dialect.name} opens no scratch database or does not describe schemas: use one that does`,
  })
}
