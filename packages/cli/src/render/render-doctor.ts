import type { DiagnosisOutput, DoctorOutput } from '../output.ts'
import { type Style, widthOf } from './style.ts'

/** What surrounds each database, check by check. */
export function renderDoctor(databases: readonly DoctorOutput[], style: Style): string {
  return databases
    .map(({ name, url, diagnoses, error }) => {
      const state = error === undefined ? '' : `  ${style.red('cannot be looked at')}`
      return `${style.bold(name)}  ${style.dim(url)}${state}\n${renderDiagnoses(diagnoses, style)}`
    })
    .join('\n')
}

/** A line for each, and what to do where something is to be done. */
export function renderDiagnoses(diagnoses: readonly DiagnosisOutput[], style: Style): string {
  const width = widthOf(diagnoses.map(({ name }) => name))
  const marks = { ok: style.done, note: style.note, problem: style.failed }
  return diagnoses
    .map(({ name, verdict, message, hint }) => {
      const line = `  ${marks[verdict]} ${name.padEnd(width)}  ${message}\n`
      return hint === undefined ? line : `${line}    ${style.dim(hint)}\n`
    })
    .join('')
}
