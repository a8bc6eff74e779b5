/** Numbers from 0 to below 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A number that a text always gives, to begin a sequence for each case. */
export function seedOf(seed: number, text: string): number {
  let hash = seed >>> 0
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0
  return hash
}

/** Some of the items, without order of their own: the same ones for the same seed. */
export function sample<Item>(items: readonly Item[], count: number, random: () => number): readonly Item[] {
  if (items.length <= count) return items
  const rest = [...items]
  const chosen: Item[] = []
  while (chosen.length < count) chosen.push(...rest.splice(Math.floor(random() * rest.length), 1))
  return chosen
}
