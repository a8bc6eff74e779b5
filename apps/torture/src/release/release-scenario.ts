import type { CampaignSettings } from '../campaign.ts'
import { goodReleases, type ReleaseCase, releaseCases } from './release-case.ts'
import { releaseFullDisk } from './release-full-disk.ts'
import { releaseIoErrors } from './release-io.ts'
import { releaseKills, releaseRandomKills } from './release-kills.ts'
import { releaseManifests } from './release-manifests.ts'
import { releasePowerLoss } from './release-power-loss.ts'
import { releaseRaces } from './release-races.ts'
import { releaseRecoveryKills } from './release-recovery-kills.ts'

/** How far the scenarios of releases go. */
export interface ReleaseExtent {
  /** kill -9 at random moments, of each case. */
  readonly moments: number
  /** Rounds of two processes. */
  readonly races: number
  /** States rebuilt for each moment of a loss of power. */
  readonly states: number
}

/** kill -9 at the system calls of releases and of their recovery. */
export async function releases(settings: CampaignSettings): Promise<void> {
  for (const of of releaseCases) await releaseKills(of, settings)
  for (const of of goodReleases) await releaseRecoveryKills(of, settings)
}

/** kill -9 at random moments, of releases of two manifests, and of one over many databases. */
export async function releaseMoments(
  settings: CampaignSettings,
  { moments }: Pick<ReleaseExtent, 'moments'>,
): Promise<void> {
  for (const of of goodReleases) await releaseManifests(of, settings)
  for (const of of goodReleases) {
    await releaseRandomKills(of, settings, { kills: moments, after: 'beginning' })
    await releaseRandomKills(of, settings, { kills: moments / 2, after: 'decided' })
  }
  const many = { ...settings, points: Math.min(settings.points, 40) }
  for (const of of goodReleases) await releaseKills({ ...of, databases: 100 }, many)
}

/** Everything else that is done to releases over several databases. */
export async function releaseFaults(
  settings: CampaignSettings,
  { states, races }: Pick<ReleaseExtent, 'states' | 'races'>,
): Promise<void> {
  for (const of of goodReleases) await releaseIoErrors(of, settings)
  for (const of of goodReleases) await releaseFullDisk(of, settings)
  for (const of of goodReleases) await releaseRaces(of, settings, races)
  for (const of of goodReleases) await releasePowerLoss(of, settings, states)
}

/** A little of each, for every day. */
export async function someReleases(settings: CampaignSettings): Promise<void> {
  const few = { ...settings, points: 3 }
  const [inWal, inRollbackJournal] = goodReleases as [ReleaseCase, ReleaseCase]
  await releaseKills(inWal, few)
  await releaseRecoveryKills(inRollbackJournal, { ...few, points: 1 })
  await releasePowerLoss(inWal, few, 3)
  await releaseIoErrors(inRollbackJournal, few)
  await releaseFullDisk(inWal, few)
  await releaseRaces(inWal, few, 1)
  await releaseManifests(inWal, { ...few, points: 1 })
  await releaseKills({ ...inWal, runner: 'no run journal' }, { ...few, points: 12 })
}

/** The protocols that have to be caught. */
export async function releaseControls(settings: CampaignSettings, states: number): Promise<void> {
  const wrong = (runner: ReleaseCase['runner'], fails = false): ReleaseCase => ({
    runner,
    journal: 'WAL',
    databases: 3,
    fails,
  })
  await releaseKills(wrong('plain protocol'), settings)
  await releaseKills(wrong('no run journal'), settings)
  await releaseKills(wrong('decides too early', true), settings)
  await releaseKills(wrong('trusts the run journal'), settings)
  await releasePowerLoss(wrong('plain protocol'), settings, states)
  await releasePowerLoss(wrong('run journal not synced'), settings, states)
}
