import { type Diagnosis, MigrateError } from '@whimbrel/core'
import type { Command, CommandContext } from '../command.ts'
import { completeHint } from '../complete-hint.ts'
import { errorOutput } from '../describe-error.ts'
import {
  diagnoseBackups,
  diagnoseCopying,
  diagnoseManifest,
  diagnoseProgram,
  manifestProblem,
} from '../diagnose-installation.ts'
import { eachDatabase, type Looked } from '../each-database.ts'
import { lookingResult } from '../looking-result.ts'
import type { DiagnosisOutput, DoctorOutput, FindingOutput } from '../output.ts'
import { redactText } from '../redact-text.ts'
import { renderDiagnoses, renderDoctor } from '../render/render-doctor.ts'
import { styleOf } from '../render/style.ts'
import { findTargets, type Target } from '../target.ts'
import { unfinishedFindings } from '../unfinished-findings.ts'

async function run(context: CommandContext<unknown>) {
  const { settings, terminal } = context
  const style = styleOf(terminal.color)
  const program = diagnoseProgram().map((diagnosis) => diagnosisOutput(diagnosis))
  try {
    const targets = await findTargets(settings, terminal)
    const unfinished = (await unfinishedFindings(targets, settings)).map(problem)
    const diagnoses = [
      ...program,
      ...diagnoseManifest(targets).map((diagnosis) => diagnosisOutput(diagnosis)),
      ...unfinished,
    ]
    const looked = await eachDatabase(targets.selected, diagnosesOf)
    const result = lookingResult('doctor', context, {
      looked: looked.map((one) => ({ output: doctorOutput(one), error: one.error })),
      exitCodeOf: ({ diagnoses }) => (diagnoses.some(({ verdict }) => verdict === 'problem') ? 1 : 0),
      render: (databases) => renderDoctor(databases, style),
    })
    const text = `${renderDiagnoses(diagnoses, style)}\n${result.text}`
    const exitCode = result.output.exitCode || (unfinished.length > 0 ? 1 : 0)
    const output = { ...result.output, ok: exitCode === 0, exitCode, diagnoses }
    return { ...result, output, text: settings.quiet && unfinished.length === 0 ? result.text : text }
  } catch (error) {
    if (!MigrateError.is(error)) throw error
    const diagnoses = [...program, diagnosisOutput(manifestProblem(error))]
    const { exitCode } = error
    const output = {
      ok: false,
      command: 'doctor',
      exitCode,
      databases: [],
      error: errorOutput(error),
      diagnoses,
    }
    return { output, text: renderDiagnoses(diagnoses, style) }
  }
}

/** A run over several databases is a matter of all of them. */
function problem({ message, hint }: FindingOutput): DiagnosisOutput {
  return { name: 'interrupted run', verdict: 'problem', message, hint }
}

async function diagnosesOf(target: Target): Promise<readonly Diagnosis[]> {
  const ofDriver = (await target.driver.diagnose?.()) ?? []
  if (target.driver.snapshots === undefined) return ofDriver
  return [...ofDriver, diagnoseBackups(target), ...(await diagnoseCopying(target))]
}

function doctorOutput(looked: Looked<readonly Diagnosis[]>): DoctorOutput {
  const { name, url, flags } = looked.target
  if (looked.error !== undefined) return { name, url, diagnoses: [], error: errorOutput(looked.error) }
  return { name, url, diagnoses: looked.value.map((diagnosis) => diagnosisOutput(diagnosis, flags)) }
}

function diagnosisOutput({ name, verdict, message, hint }: Diagnosis, flags = ''): DiagnosisOutput {
  const told = redactText(completeHint(message, flags))
  return { name, verdict, message: told, ...(hint && { hint: redactText(completeHint(hint, flags)) }) }
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at the installation and at what surrounds each database',
  options: [],
  examples: ['whimbrel doctor', 'whimbrel doctor --db settings --json'],
  run,
}
