/** How far a database is migrated: all the way, up to and including an id, or so many steps. */
export type Extent = 'head' | { readonly to: string } | { readonly steps: number }
