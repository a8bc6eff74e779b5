const secretName = /pass|pwd|secret|token/i

/**
 * The same text with every password as `***`: before the last `@`, and in parameters whose name says it is one.
 * Meant for odd texts too: where it is unclear what belongs to a password, more is hidden rather than less.
 */
export function redactUrl(url: string): string {
  return redactParameters(redactUser(url))
}

function redactUser(url: string): string {
  const at = url.lastIndexOf('@')
  if (at < 0 || isFile(url)) return url
  const start = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0].length ?? 0
  const colon = url.indexOf(':', start)
  return colon < 0 || colon > at ? url : `${url.slice(0, colon + 1)}***${url.slice(at)}`
}

// A file has no user; its path may hold both a colon and an @.
function isFile(url: string): boolean {
  return /^sqlite:(?!\/\/)/i.test(url) || /^[a-z]:[\\/]/i.test(url)
}

function redactParameters(url: string): string {
  return url.split('&').map(redactParameter).join('&')
}

/** Cuts off what follows the first `name=` whose name tells of a secret. */
function redactParameter(part: string): string {
  for (let equals = part.indexOf('='); equals >= 0; equals = part.indexOf('=', equals + 1)) {
    const name =
      part
        .slice(0, equals)
        .trimEnd()
        .split(/[?;=\s]/)
        .at(-1) ?? ''
    if (secretName.test(decoded(name))) return `${part.slice(0, equals + 1)}***`
  }
  return part
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
