/**
 * Walks through combinations of choices, the likeliest first: of each place the number of choices is given, and a
 * combination is one index for each place. What was said about the last combination decides which places change.
 */
export class Search {
  readonly #choices: readonly number[]
  readonly #most: number
  readonly #tried = new Set<string>()
  readonly #walks = new Map<string, Iterator<readonly number[]>>()
  #current: readonly number[]

  /** `most`: how many combinations are tried; default 1,000. */
  constructor(choices: readonly number[], most = 1000) {
    this.#choices = choices
    this.#most = most
    this.#current = choices.map(() => 0)
    this.#tried.add(this.#current.join())
  }

  get current(): readonly number[] {
    return this.#current
  }

  /** The next combination, which differs in these places; in any place once they have nothing new to offer. */
  next(places: readonly number[]): readonly number[] | undefined {
    const all = this.#choices.map((_, place) => place)
    return this.#nextOf(places) ?? (places.length < all.length ? this.#nextOf(all) : undefined)
  }

  #nextOf(places: readonly number[]): readonly number[] | undefined {
    const key = places.join()
    const walk = this.#walks.get(key) ?? combinations(places.map((place) => this.#choices[place] ?? 1))
    this.#walks.set(key, walk)
    while (this.#tried.size < this.#most) {
      const { value, done } = walk.next()
      if (done === true) return undefined
      const combination = this.#current.map((index, place) => value[places.indexOf(place)] ?? index)
      const name = combination.join()
      if (this.#tried.has(name)) continue
      this.#tried.add(name)
      this.#current = combination
      return combination
    }
    return undefined
  }
}

/** Every combination of indexes below the sizes, ordered by their sum: first choices come together. */
export function* combinations(sizes: readonly number[]): Generator<readonly number[]> {
  for (let sum = 0; sum <= highest(sizes); sum += 1) yield* withSum(sizes, sum)
}

function* withSum([size, ...rest]: readonly number[], sum: number): Generator<readonly number[]> {
  if (size === undefined) {
    if (sum === 0) yield []
    return
  }
  const least = Math.max(0, sum - highest(rest))
  for (let index = Math.min(sum, size - 1); index >= least; index -= 1) {
    for (const others of withSum(rest, sum - index)) yield [index, ...others]
  }
}

function highest(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size - 1, 0)
}
