import type { ReleaseEvent } from '../src/index.ts'
import { Product } from './product.ts'

/**
 * `node child.mjs <folder> <names> <journal mode> <moment>`: migrates a product and ends itself with SIGKILL at a moment:
 * `decided`, `committed:<database>`, `step:<database>:<id>`.
 */
const [, , folder = '', names = '', journalMode = 'WAL', moment = ''] = process.argv
const [kind, database, id] = moment.split(':')

function isThatMoment(event: ReleaseEvent): boolean {
  if (kind === 'decided') return event.type === 'release-decided'
  if (kind === 'committed') return event.type === 'committed' && event.database === database
  return event.type === 'step-finished' && event.database === database && event.step.id === id
}

const product = new Product(folder, names.split(','), { journal_mode: journalMode })
await product.up({
  onEvent: (event) => {
    if (isThatMoment(event)) process.kill(process.pid, 'SIGKILL')
  },
})
