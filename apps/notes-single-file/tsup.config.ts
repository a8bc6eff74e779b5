import { defineConfig } from 'tsup'

// One file, with everything in it but the engine, which is native.
export default defineConfig({
  entry: { notes: 'src/main.ts' },
  outExtension: () => ({ js: '.mjs' }),
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: false,
  sourcemap: false,
  splitting: false,
  noExternal: [/.*/],
  external: ['better-sqlite3'],
})
