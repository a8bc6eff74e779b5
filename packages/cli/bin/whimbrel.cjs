#!/usr/bin/env node
'use strict'

const { existsSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname, join } = require('node:path')
const { constants, Script } = require('node:vm')

const bundle = join(__dirname, '..', 'dist', 'whimbrel.cjs')

if (!existsSync(bundle)) {
  process.stderr.write('error: whimbrel is not built yet\n  next: run "pnpm build" in the workspace\n')
  process.exit(1)
}

// Compiling the bundle costs more than running it: newer versions of Node keep the result by themselves, for
// Node 20 the build writes it beside the bundle. V8 refuses a result of another version and compiles again.
if (typeof Module.enableCompileCache === 'function') {
  Module.enableCompileCache()
  require(bundle)
} else {
  const cache = `${bundle}.cache`
  const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), {
    filename: bundle,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const own = new Module(bundle, module)
  script.runInThisContext()(own.exports, Module.createRequire(bundle), own, bundle, dirname(bundle))
}
