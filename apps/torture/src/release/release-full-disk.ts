import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type CampaignSettings, tryPoints } from '../campaign.ts'
import { sample, seededRandom, seedOf } from '../random.ts'
import { type ReleaseCase, releaseName } from './release-case.ts'
import { judgeSaid } from './release-io.ts'
import { ReleaseStage } from './release-stage.ts'

const page = 4096
/** More than a release needs beside the databases that are there. */
const most = 120

/** A disk that has room for so and so many pages more than the databases need: from none to enough. */
export async function releaseFullDisk(of: ReleaseCase, settings: CampaignSettings): Promise<void> {
  const name = releaseName(of)
  const disk = join(settings.root, `whimbrel-torture-disk-${process.pid}`)
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk])
  execFileSync('mkdir', ['-p', disk])
  try {
    mount('size=64m')
  } catch {
    settings.onProgress(`full disk, ${name}: left out, no disk can be mounted here`)
    return rmSync(disk, { recursive: true })
  }
  try {
    await ReleaseStage.on(of, { root: disk }, async (stage) => {
      const points = Array.from({ length: most }, (_, room) => ({ name: `${room} pages free`, where: room }))
      const random = seededRandom(seedOf(settings.seed, `full ${name}`))
      const chosen = sample(points, settings.points, random)
      await tryPoints({ scenario: 'full disk', of: name, settings }, chosen, async (room) => {
        stage.project.reset()
        mount(`remount,size=${usedOf(disk) + room * page}`)
        const { said } = await stage.untraced(stage.project.job('up'))
        mount('remount,size=64m')
        return { hit: said?.exitCode !== 0, states: 1, ...(await judgeSaid(stage, said)) }
      })
    })
  } finally {
    execFileSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true, force: true })
  }
}

function usedOf(disk: string): number {
  const text = execFileSync('df', ['--output=used', '--block-size=1', disk], { encoding: 'utf8' })
  return Number(text.trim().split('\n').at(-1))
}
