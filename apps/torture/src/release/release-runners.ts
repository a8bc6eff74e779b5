import type { ReleaseCase, ReleaseRunnerName } from './release-case.ts'
import type { RunRelease } from './release-job.ts'
import { runRelease } from './run-release.ts'
import { wrongReleases } from './wrong-releases.ts'

const runners: Record<ReleaseRunnerName, RunRelease> = { whimbrel: runRelease, ...wrongReleases }

/** The runner of a name. */
export function releaseRunnerOf(name: ReleaseRunnerName): RunRelease {
  return runners[name]
}

/** The runner of a case. */
export function runnerOfCase({ runner }: ReleaseCase): RunRelease {
  return releaseRunnerOf(runner)
}
