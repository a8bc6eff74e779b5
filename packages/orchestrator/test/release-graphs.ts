import fc from 'fast-check'
import type { KnownDatabase } from '../src/index.ts'
import { database } from './release-fixture.ts'

const names = ['settings', 'knowledge_graph', 'ontology']
const size = 5

/** One migration of a generated release, by the place of its database and its version. */
interface Place {
  readonly database: number
  readonly version: number
}

const place = fc.record({ database: fc.nat(names.length - 1), version: fc.integer({ min: 1, max: size }) })

/** Which migrations depend on which, always without a circle: the later of two in a shuffled order on the earlier. */
const dependencies = fc
  .tuple(
    fc.shuffledSubarray(
      names.flatMap((_, index) => Array.from({ length: size }, (__, at) => index * size + at)),
      { minLength: names.length * size },
    ),
    fc.array(fc.tuple(place, place, fc.boolean()), { maxLength: 14 }),
  )
  .map(([order, pairs]) =>
    pairs.flatMap(([a, b, conditional]) => {
      const [early, late] = [a, b].sort((x, y) => order.indexOf(numberOf(x)) - order.indexOf(numberOf(y)))
      if (early === undefined || late === undefined || numberOf(a) === numberOf(b)) return []
      return [{ from: late, to: early, conditional }]
    }),
  )

function numberOf({ database: index, version }: Place): number {
  return index * size + version - 1
}

/**
 * Three databases of five migrations each that depend on each other in every way that is no circle, own versions
 * contradicted or not; without any way across where `across` is false.
 */
export function releases({ across = true } = {}): fc.Arbitrary<readonly KnownDatabase[]> {
  return dependencies.map((edges) =>
    names.map((name, index) => {
      const written = Array.from({ length: size }, (_, at) => {
        const needs = edges
          .filter(({ from }) => from.database === index && from.version === at + 1)
          .filter(({ to }) => across || to.database === index)
          .map(({ to, conditional }) => `${conditional ? '?' : ''}${names[to.database]}:${to.version}`)
        return `${at + 1}_m${needs.length > 0 ? ` needs ${needs.join(', ')}` : ''}`
      })
      return database(name, written)
    }),
  )
}
