import { redactUrl } from '@whimbrel/manifest'

/** A url with a user and a password, which may hold blanks where somebody did not write it as a url needs it. */
const withPassword = /([a-z][a-z0-9+.-]*:\/+[^\s:/@]*:)(?:\S*|.*)@/gi
const anyUrl = /[a-z][a-z0-9+.-]*:\/\/\S+/gi
/** A parameter whose name tells of a secret, also behind what is no whole url. */
const secretParameter = /([?&;][^\s=?&;]*(?:pass|pwd|secret|token)[^\s=?&;]*=)[^\s&;"']+/gi

/** The same text with the passwords of all urls in it as `***`; everything else stays as it is. */
export function redactText(text: string): string {
  if (!/:\/|[?&;]/.test(text)) return text
  return text
    .replace(withPassword, '$1***@')
    .replace(anyUrl, (url) => redactUrl(url))
    .replace(secretParameter, '$1***')
}
