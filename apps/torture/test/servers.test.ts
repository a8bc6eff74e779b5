import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as mysql from '../../../packages/mysql-driver/test/test-server.ts'
import * as postgres from '../../../packages/postgres-driver/test/test-server.ts'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const hasServers = [await postgres.hasServer(), await mysql.hasServer()].every(Boolean)

it.skipIf(!hasServers)(
  'explains and finishes what a few ended sessions and killed clients have left on servers',
  { timeout: 120_000 },
  () => {
    const command = [main, '--scenario', 'server-smoke']
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    for (const engine of ['PostgreSQL', 'MariaDB'])
      expect(
        stdout.match(new RegExp(`library: up on ${engine} +\\| +\\d+ \\| +\\d+ \\| +0 `, 'g')),
      ).toHaveLength(2)
  },
)
