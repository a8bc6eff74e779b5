declare const WHIMBREL_VERSION: string | undefined

/** Version of this package; the build writes it in. */
export const toolVersion: string = typeof WHIMBREL_VERSION === 'undefined' ? '0.0.0-source' : WHIMBREL_VERSION
