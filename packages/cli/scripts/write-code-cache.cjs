'use strict'

// Runs the bundle once on a database in memory and keeps what V8 compiled on the way.
const fs = require('node:fs')
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = fs
const Module = require('node:module')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const bundle = join(__dirname, '..', 'dist', 'whimbrel.cjs')
const directory = mkdtempSync(join(tmpdir(), 'whimbrel-'))
const migrations = join(directory, 'migrations')
mkdirSync(migrations)
writeFileSync(
  join(migrations, '001_example.sql'),
  '-- Description: x\n-- === UP MIGRATION ===\nCREATE TABLE t (id INTEGER);\n-- === DOWN MIGRATION ===\nDROP TABLE t;\n',
)
process.argv = [
  process.execPath,
  bundle,
  'up',
  '--url',
  `sqlite:${join(directory, 'a.db')}`,
  '--migrations',
  migrations,
]
// What the run says is nobody's business here.
const { writeSync } = fs
fs.writeSync = (file, bytes, ...rest) =>
  file === 1 || file === 2 ? bytes.length : writeSync(file, bytes, ...rest)

const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), { filename: bundle })
process.on('exit', () => {
  writeFileSync(`${bundle}.cache`, script.createCachedData())
  rmSync(directory, { recursive: true, force: true })
})
const own = new Module(bundle, module)
script.runInThisContext()(own.exports, Module.createRequire(bundle), own, bundle, dirname(bundle))
