import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests read every package from its sources; only tests of the command itself need a build.
  resolve: { conditions: ['@whimbrel/source', 'module', 'node'] },
  ssr: { resolve: { conditions: ['@whimbrel/source', 'module', 'node'] } },
  test: {
    pool: 'forks',
    // Tests keep nothing in modules: what one file has imported the next one may use.
    isolate: false,
    // Most tests wait for a process of their own: with two of them at once both cores are in use.
    maxWorkers: 2,
    include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', './test/closing-line-reporter.ts'],
    globalSetup: './test/spare-databases.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
