import { layouts } from '../../model/layout.ts'
import type { Bundle, BundledDatabase } from './bundle.ts'

/** How a module is written: TypeScript says its types. */
export type ModuleLanguage = 'javascript' | 'typescript'

/** First line of every module of ours: by it a file is known that may be written over. */
export const bundleModuleMark = '// whimbrel bundle 1'

/**
 * The text of a module whose default export is the bundle, frozen. It imports nothing, holds no time stamp, and is the
 * same for the same bundle, with one migration on each line. In TypeScript its type names the databases.
 */
export function bundleModule(bundle: Bundle, language: ModuleLanguage = 'javascript'): string {
  const typed = language === 'typescript'
  const lines = [
    bundleModuleMark,
    '// Manifest and migrations, written by "whimbrel bundle --out": run it again instead of editing this.',
    '/* eslint-disable */',
    ...(typed ? typeLines(Object.keys(bundle.databases)) : []),
    typed ? 'const bundle: Bundle = freeze<Bundle>({' : 'const bundle = freeze({',
    `  whimbrel: ${bundle.whimbrel},`,
    `  manifest: ${literal(bundle.manifest)},`,
    '  databases: {',
    ...Object.entries(bundle.databases).flatMap(databaseLines),
    '  },',
    '})',
    '',
    typed ? 'function freeze<T extends object>(value: T): T {' : 'function freeze(value) {',
    "  for (const inner of Object.values(value)) if (typeof inner === 'object') freeze(inner)",
    '  return Object.freeze(value)',
    '}',
    '',
    'export default bundle',
    '',
  ]
  return lines.join('\n')
}

function databaseLines([name, { layout, migrations }]: readonly [
  string,
  BundledDatabase,
]): readonly string[] {
  return [
    `    ${literal(name)}: {`,
    `      layout: ${literal(layout)},`,
    '      migrations: [',
    ...migrations.map(({ id, files }) => `        { id: ${literal(id)}, files: ${literal(files)} },`),
    '      ],',
    '    },',
  ]
}

function typeLines(databases: readonly string[]): readonly string[] {
  return [
    'type Files = { readonly sql?: string; readonly up?: string; readonly down?: string; readonly metadata?: string }',
    'type Database = {',
    `  readonly layout: ${layouts.map((layout) => `'${layout}'`).join(' | ')}`,
    '  readonly migrations: readonly { readonly id: string; readonly files: Files }[]',
    '}',
    'type Bundle = {',
    '  readonly whimbrel: 1',
    '  readonly manifest: string',
    '  readonly databases: {',
    ...databases.map((name) => `    readonly ${literal(name)}: Database`),
    '  }',
    '}',
    '',
  ]
}

/** JSON that can stand in a module and in a page alike. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u2028\u2029\u007f-\u009f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
