import { describe, expect, it } from 'vitest'
import type { RecoveryOutput } from '../output.ts'
import { renderRecovery } from './render-recovery.ts'
import { styleOf } from './style.ts'

const run: RecoveryOutput = {
  runId: '3b9d4c1e-0000-4000-8000-000000000000',
  outcome: 'finished',
  startedAt: '2026-01-02T03:04:05.678Z',
  by: 'kim@marsh',
  databases: [
    { name: 'settings', outcome: 'finished', steps: ['002_tags'] },
    { name: 'ontology', outcome: 'unknown', steps: [] },
  ],
}

describe('a run that was recovered', () => {
  it('does not claim anything of a database that is not in the manifest', () => {
    expect(renderRecovery([run], styleOf(false))).toBe(
      'The run of kim@marsh over settings and ontology, begun at 2026-01-02T03:04:05.678Z, had been interrupted: ' +
        'those that are in this manifest are at the new state, and the others are left to theirs\n' +
        '  ✓ settings  applied now: 002_tags\n' +
        '  ! ontology  not in this manifest: a command that knows it brings it to the same state\n',
    )
  })

  it('says where the backup is that was restored, and where what was there before', () => {
    const databases = [
      { name: 'settings', outcome: 'taken-back', steps: [], restored: 'one.backup', kept: 'two.backup' },
    ] as const
    expect(
      renderRecovery([{ ...run, outcome: 'taken-back', reason: 'it fails', databases }], styleOf(false)),
    ).toContain('  ↶ settings  restored from one.backup; what was there before is kept in two.backup\n')
  })
})
