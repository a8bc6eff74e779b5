import type { Bundle } from './bundle.ts'

/** How a module is written: TypeScript says its types. */
export type ModuleLanguage = 'javascript' | 'typescript'

/** First line of every module of ours: by it a file is known that may be written over. */
export const bundleModuleMark = '// whimbrel bundle 1'

/**
 * The text of a module whose default export is the bundle, frozen. It imports nothing, holds no time stamp, and is the
 * same for the same bundle, with one migration on each line.
 */
export function bundleModule(bundle: Bundle, language: ModuleLanguage = 'javascript'): string {
  const typed = language === 'typescript'
  const lines = [
    bundleModuleMark,
    '// Manifest and migrations, written by "whimbrel bundle --out": run it again instead of editing this.',
    '/* eslint-disable */',
    `const bundle${typed ? typeText : ''} = {`,
    `  whimbrel: ${bundle.whimbrel},`,
    `  manifest: ${literal(bundle.manifest)},`,
    '  databases: {',
    ...Object.entries(bundle.databases).flatMap(([name, { layout, migrations }]) => [
      `    ${literal(name)}: {`,
      `      layout: ${literal(layout)},`,
      '      migrations: [',
      ...migrations.map(({ id, files }) => `        { id: ${literal(id)}, files: ${literal(files)} },`),
      '      ],',
      '    },',
    ]),
    '  },',
    '}',
    '',
    typed ? 'function freeze<T extends object>(value: T): T {' : 'function freeze(value) {',
    "  for (const inner of Object.values(value)) if (typeof inner === 'object') freeze(inner)",
    '  return Object.freeze(value)',
    '}',
    '',
    'export default freeze(bundle)',
    '',
  ]
  return lines.join('\n')
}

const typeText = `: {
  readonly whimbrel: 1
  readonly manifest: string
  readonly databases: {
    readonly [name: string]: {
      readonly layout: 'single-file' | 'directory' | 'paired'
      readonly migrations: readonly {
        readonly id: string
        readonly files: {
          readonly sql?: string
          readonly up?: string
          readonly down?: string
          readonly metadata?: string
        }
      }[]
    }
  }
}`

/** JSON that can stand in a module and in a page alike. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u2028\u2029\u007f-\u009f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
