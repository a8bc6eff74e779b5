// Packs every public package as it would be published and checks what users would get.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packed = mkdtempSync(join(tmpdir(), 'whimbrel-'))
let failed = false

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  failed = true
  process.stderr.write(`${[command, ...args].join(' ')}\n${stdout}${stderr}\n`)
}

for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { exports } = manifest
  run('pnpm', ['pack', '--pack-destination', packed], folder)
  const stem = manifest.name.replace('@', '').replace('/', '-')
  const archive = readdirSync(packed).find((file) => file === `${stem}-${manifest.version}.tgz`)
  if (archive === undefined) continue
  run('publint', ['run', join(packed, archive), '--strict'], root)
  if (exports !== undefined) run('attw', [join(packed, archive), '--profile', 'esm-only'], root)
}
rmSync(packed, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
