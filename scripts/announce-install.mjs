// Says beforehand what takes long in a first install, and what it needs.
import { existsSync } from 'node:fs'

const [major] = process.versions.node.split('.').map(Number)
const root = new URL('..', import.meta.url)

if (major < 22 && !existsSync(new URL('node_modules/better-sqlite3', root))) {
  process.stderr.write(
    'Installing. On Node 20 the SQLite binding is compiled: about a minute, with python3, make and g++.\n',
  )
}
