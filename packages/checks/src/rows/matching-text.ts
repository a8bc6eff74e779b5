/** A word of small letters that differs from number to number: a, b, … z, ba, bb. */
export function letters(number: number): string {
  return wordOf('abcdefghijklmnopqrstuvwxyz', number)
}

/** A number written in the digits of an alphabet, padded in front with the first of them. */
export function wordOf(alphabet: string, number: number, length = 1): string {
  const digits = [...alphabet]
  const [zero = ''] = digits
  if (digits.length < 2) return zero.repeat(length)
  let word = ''
  for (let rest = number; rest > 0 || word === ''; rest = Math.floor(rest / digits.length))
    word = (digits[rest % digits.length] ?? zero) + word
  return word.padStart(length, zero).slice(-length || undefined)
}

/** A text that a LIKE pattern matches: its last `%` holds `filling`, the others nothing. */
export function textLike(pattern: string, filling: string): string {
  const last = pattern.lastIndexOf('%')
  return [...pattern]
    .map((sign, at) => (sign === '_' ? 'a' : sign === '%' ? (at === last ? filling : '') : sign))
    .join('')
}

/** A text that a GLOB pattern matches: its last `*` holds `filling`, the others nothing. */
export function textGlob(pattern: string, filling: string): string {
  const parts: readonly string[] = pattern.match(/\[\^?\]?[^\]]*\]|[\s\S]/g) ?? []
  const last = parts.lastIndexOf('*')
  return parts
    .map((part, at) => {
      if (part === '*') return at === last ? filling : ''
      if (part === '?') return 'a'
      return part.length > 1 ? memberOf(part) : part
    })
    .join('')
}

function memberOf(characterClass: string): string {
  const members = alphabetOf(characterClass.replace(/^\[\^?/, '').slice(0, -1))
  if (!characterClass.startsWith('[^')) return members[0] ?? ''
  return [...'a0 _-#'].find((sign) => !members.includes(sign)) ?? '~'
}

/** The characters of a class without its brackets: `a-f_` gives `abcdef_`. */
export function alphabetOf(members: string): string {
  let alphabet = ''
  const signs = [...members]
  for (let at = 0; at < signs.length; at += 1) {
    const first = signs[at] ?? ''
    const last = signs[at + 2]
    if (signs[at + 1] !== '-' || last === undefined) {
      alphabet += first
      continue
    }
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code += 1)
      alphabet += String.fromCharCode(code)
    at += 2
  }
  return alphabet
}
