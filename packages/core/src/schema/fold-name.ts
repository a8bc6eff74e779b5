/** A name without regard to case, as engines compare them: letters outside ASCII stay as they are. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
