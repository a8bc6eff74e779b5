declare const WHIMBREL_VERSION: string | undefined

/** Version of this command; the build writes it in. */
export const version: string = typeof WHIMBREL_VERSION === 'undefined' ? '0.0.0-source' : WHIMBREL_VERSION
