import { defineConfig } from 'tsup'

export default defineConfig({
  // One flat folder: the campaign finds its victim beside itself.
  entry: { main: 'src/main.ts', victim: 'src/victim.ts' },
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: false,
  sourcemap: false,
  // Our own packages from their sources, as the command is bundled too.
  noExternal: [/^@whimbrel\//],
  esbuildOptions(options) {
    options.conditions = ['@whimbrel/source', 'module', 'node']
  },
})
