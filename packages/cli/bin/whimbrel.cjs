#!/usr/bin/env node
'use strict'

const { existsSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')
const { isMainThread } = require('node:worker_threads')

const dist = join(__dirname, '..', 'dist')
const bundle = join(dist, 'whimbrel.cjs')

if (!existsSync(bundle)) {
  process.stderr.write('error: whimbrel is not built yet\n  next: run "pnpm build" in the workspace\n')
  process.exit(1)
}

// A reader that went away, as in `| head -1`, is no reason to stop a migration half-way or to print a stack.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const { needsThread, runInThread } = isMainThread ? require(join(dist, 'host.cjs')) : {}

if (isMainThread && needsThread(process.argv.slice(2))) runInThread(__filename)
else load()

// Compiling the bundle costs more than running it: newer versions of Node keep the result by themselves, for
// Node 20 the build writes it beside the bundle. V8 refuses a result of another version and compiles again.
function load() {
  if (typeof Module.enableCompileCache === 'function') {
    Module.enableCompileCache()
    require(bundle)
    return
  }
  const cache = `${bundle}.cache`
  const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), {
    filename: bundle,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  })
  const own = new Module(bundle, module)
  script.runInThisContext()(own.exports, Module.createRequire(bundle), own, bundle, dirname(bundle))
}
