import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

export default defineConfig({
  entry: ['src/index.ts', 'src/compose/index.ts', 'src/testing/index.ts', 'src/testing/vitest.ts'],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: false,
  sourcemap: false,
  define: { WHIMBREL_VERSION: JSON.stringify(version) },
})
