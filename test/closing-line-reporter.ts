import type { Reporter, TestModule } from 'vitest/node'

/** How a test is called that stands for all that need a server which is not there. */
const missingServer = /^needs a .* server: TEST_/

/** Ends a run with one plain line of counts, which any log reader understands, behind one for each missing server. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const missing = new Set<string>()
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      if (tests.length === 0 && !module.ok()) count.failed += 1
      for (const test of tests) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed') count[state] += 1
        else {
          count.skipped += 1
          if (missingServer.test(test.name)) missing.add(test.name)
        }
      }
    }
    // The default reporter prints its summary in the same phase; ours comes after it.
    process.on('exit', () => {
      for (const name of missing) process.stdout.write(`Skipped all that ${name}\n`)
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
    })
  }
}
