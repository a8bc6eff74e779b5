import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/fs/index.ts', 'src/process/index.ts'],
  format: 'esm',
  target: 'node20',
  splitting: true,
  outDir: 'dist',
  clean: true,
  dts: false,
  sourcemap: false,
})
