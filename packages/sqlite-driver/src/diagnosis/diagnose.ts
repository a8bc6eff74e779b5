import type { Diagnosis } from '@whimbrel/core'
import { checkCompanions } from './check-companions.ts'
import { checkContent } from './check-content.ts'
import { checkEngine } from './check-engine.ts'
import { checkFile } from './check-file.ts'
import { checkLock } from './check-lock.ts'
import { checkVolume } from './check-volume.ts'
import type { DiagnosisContext, FileContext } from './diagnosis-context.ts'

/** Each looks at one thing and knows of no other. */
const ofFile: readonly ((context: FileContext) => readonly Diagnosis[])[] = [
  checkFile,
  checkVolume,
  checkCompanions,
  checkLock,
  checkContent,
]

/** Looks at the engine, the file and what is beside it. A check that fails is a problem of its own. */
export function diagnose(context: DiagnosisContext): readonly Diagnosis[] {
  const { file } = context
  const engine = checkEngine(context)
  if (file === undefined) return engine
  return [...engine, ...ofFile.flatMap((check) => attempted(() => check({ ...context, file })))]
}

function attempted(check: () => readonly Diagnosis[]): readonly Diagnosis[] {
  try {
    return check()
  } catch (error) {
    const hint = 'Correct this first: other checks may depend on it'
    return [{ name: 'file', verdict: 'problem', message: (error as Error).message, hint }]
  }
}
