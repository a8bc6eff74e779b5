export type {
  Release,
  ReleaseFinding,
  ReleasePart,
  ReleasePhase,
  ReleasePlan,
  ReleaseStep,
} from './plan/release-plan.ts'
