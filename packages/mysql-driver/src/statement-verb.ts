const before = /^(?:\s|#.*|--(?=\s).*|\/\*(?!M?!)[\s\S]*?\*\/|\()*(?:\/\*M?!\d*\s*)?([a-z]+)/i

/** The first word of a statement, in upper case: `CREATE`. Empty where there is none. */
export function statementVerb(sql: string): string {
  return before.exec(sql)?.[1]?.toUpperCase() ?? ''
}
