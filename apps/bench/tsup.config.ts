import { readdirSync } from 'node:fs'
import { parse } from 'node:path'
import { defineConfig } from 'tsup'

const tools = readdirSync('src/tools').map((file) => [parse(file).name, `src/tools/${file}`])

export default defineConfig({
  // One flat folder: every program finds the others beside itself.
  entry: {
    main: 'src/main.ts',
    'backup-bench': 'src/backup-bench.ts',
    'template-bench': 'src/template-bench.ts',
    'release-in-process': 'src/release-in-process.ts',
    'embedded-bench': 'src/embedded-bench.ts',
    'server-bench': 'src/server-bench.ts',
    child: 'src/child.ts',
    'in-process': 'src/in-process.ts',
    'check-in-process': 'src/check-in-process.ts',
    'one-query': 'src/one-query.ts',
    ...Object.fromEntries(tools),
  },
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  clean: true,
  dts: false,
  sourcemap: false,
  // Our own packages from their sources, as the command is bundled too.
  noExternal: [/^@?whimbrel(\/|$)/],
  esbuildOptions(options) {
    options.conditions = ['@whimbrel/source', 'module', 'node']
  },
})
