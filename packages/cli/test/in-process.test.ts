import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runInProcess } from './in-process.ts'
import { Project, table } from './project.ts'

it.runIf(process.platform === 'linux')('a file that a command leaves open is a failure', async () => {
  const project = new Project({ app: { '001_a': table('a') } })
  const forgotten: number[] = []
  onTestFinished(() => forgotten.forEach(closeSync))
  const forgetful = {
    // Looked at while the command runs.
    get aborted() {
      if (forgotten.length === 0) forgotten.push(openSync(join(project.folder, 'whimbrel.json'), 'r'))
      return false
    },
  }
  const running = runInProcess(['up'], { cwd: project.folder, signal: forgetful })
  await expect(running).rejects.toThrow(/^"whimbrel up" has not closed \/.*whimbrel\.json$/)
})
