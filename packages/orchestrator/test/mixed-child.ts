import type { ReleaseEvent } from '../src/index.ts'
import { MixedProduct } from './mixed-product.ts'

/** `node child.mjs <places as JSON> <moment>`: as `release-child.ts`, for databases of several engines. */
const [, , places = '{}', moment = ''] = process.argv
const [kind, database, id] = moment.split(':')

function isThatMoment(event: ReleaseEvent): boolean {
  if (kind === 'decided') return event.type === 'release-decided'
  if (kind === 'committed') return event.type === 'committed' && event.database === database
  return event.type === 'step-finished' && event.database === database && event.step.id === id
}

const product = new MixedProduct(JSON.parse(places))
const databases = product.databases()
if (kind === 'prepared') {
  // Everything is prepared, and the decision would be written next.
  for (const { driver } of databases)
    Object.assign(driver.runJournal ?? {}, { write: async () => process.kill(process.pid, 'SIGKILL') })
}
await product.up({
  databases,
  onEvent: (event) => {
    if (isThatMoment(event)) process.kill(process.pid, 'SIGKILL')
  },
})
