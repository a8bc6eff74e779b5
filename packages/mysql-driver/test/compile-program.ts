import { symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { TemporaryDirectory } from '@whimbrel/testing'
import { build } from 'tsup'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Compiles a program that uses this package, and returns where it is: Node.js 20 does not run TypeScript. */
export async function compileProgram(entry: string, directory: TemporaryDirectory): Promise<string> {
  await symlink(here('../node_modules'), directory.file('node_modules'))
  await build({
    entry: { program: entry },
    outDir: directory.path,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    config: false,
    silent: true,
    noExternal: [/^@whimbrel/],
    external: ['mysql2', 'mysql2/promise'],
    esbuildOptions: (options) => {
      options.conditions = ['@whimbrel/source']
      options.alias = { '@whimbrel/mysql-driver': here('../src/index.ts') }
    },
  })
  return directory.file('program.mjs')
}
