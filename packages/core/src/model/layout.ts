/** How the files of a folder are arranged. */
export type Layout = 'single-file' | 'directory' | 'paired'

/** All layouts, the default first. */
export const layouts = ['single-file', 'directory', 'paired'] as const satisfies readonly Layout[]
