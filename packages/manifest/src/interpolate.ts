/** Text whose `${NAME}` and `${NAME:-default}` are filled in. */
export interface Interpolation {
  readonly text: string
  /** Variables that the text names. */
  readonly variables: readonly string[]
  /** Those of them that are not set and have no default. */
  readonly missing: readonly string[]
  /** A `${` that is neither of the two forms. */
  readonly malformed: boolean
}

const placeholder = /\$?\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?/g

/**
 * Fills `${NAME}` and `${NAME:-default}` from `env`; the default is taken for an empty variable too, as a shell
 * does. `$${` stands for a plain `${`. What a variable holds is not looked at again.
 */
export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): Interpolation {
  const variables: string[] = []
  const missing: string[] = []
  let malformed = false
  const fill = (all: string, name: string | undefined, fallback: string | undefined) => {
    if (all.startsWith('$$')) return all.slice(1)
    if (name === undefined || fallback?.includes('${')) {
      malformed = true
      return all
    }
    variables.push(name)
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (fallback !== undefined) return value || fallback
    if (value === undefined) missing.push(name)
    return value ?? ''
  }
  return { text: text.replace(placeholder, fill), variables, missing, malformed }
}
