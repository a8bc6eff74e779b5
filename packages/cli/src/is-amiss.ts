import type { FindingOutput } from './output.ts'

/** Is there anything among findings that somebody has to do something about? That a database was moved is only told. */
export function isAmiss(findings: readonly FindingOutput[]): boolean {
  return findings.some(({ code }) => code !== 'COPIED')
}
