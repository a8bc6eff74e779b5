import { type Dialect, type Script, type ScriptFacts, scriptFacts } from '@whimbrel/core'

/** A script with what its text says, which is looked up once however often the script runs. */
export interface FactualScript {
  readonly script: Script
  readonly facts: ScriptFacts
}

export function factualScript(script: Script, dialect: Dialect): FactualScript {
  return { script, facts: scriptFacts(script, dialect) }
}
