import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

// One file, from the sources of every package: fewer files to find and read is most of a fast start.
export default defineConfig({
  entry: { whimbrel: 'src/main.ts', host: 'src/host.ts' },
  format: 'cjs',
  target: 'node20',
  outDir: 'dist',
  outExtension: () => ({ js: '.cjs' }),
  clean: true,
  dts: false,
  shims: true,
  minify: true,
  splitting: false,
  noExternal: [/^@whimbrel\//, /^whimbrel\//, 'commander', 'jsonc-parser', 'picocolors'],
  // Native, or too slow to load for the commands that do not need it.
  external: ['better-sqlite3', 'mysql2', 'pg', 'pino', 'zod'],
  define: { WHIMBREL_VERSION: JSON.stringify(version) },
  esbuildOptions(options) {
    options.conditions = ['@whimbrel/source', 'module', 'node']
    options.mainFields = ['module', 'main']
    // The bundle is compiled from a cache, and code from a cache cannot import(): it requires what it needs late.
    options.supported = { ...options.supported, 'dynamic-import': false }
  },
})
