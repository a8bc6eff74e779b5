import type { Layout } from '../../model/layout.ts'
import type { BundledFiles } from './bundle.ts'

/** One file of a bundled migration. */
export interface FileForm {
  /** Must be there. */
  readonly required: boolean
  /** Its path below the folder, as it was or might have been. */
  readonly path: (id: string) => string
}

type FileForms = { readonly [Role in keyof BundledFiles]?: FileForm }

/** The files that a migration can have, by layout and by what they hold. */
export const fileForms: Readonly<Record<Layout, FileForms>> = {
  'single-file': { sql: { required: true, path: (id) => `${id}.sql` } },
  directory: {
    up: { required: true, path: (id) => `${id}/up.sql` },
    down: { required: false, path: (id) => `${id}/down.sql` },
    metadata: { required: false, path: (id) => `${id}/metadata.toml` },
  },
  paired: {
    up: { required: true, path: (id) => `${id}.sql` },
    down: { required: false, path: (id) => `${id}_down.sql` },
  },
}
