import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Said } from './runner.ts'

const folder = new URL('../../../packages/cli/', import.meta.url)

/** Version of the whimbrel command in this workspace. */
export function whimbrelVersion(): string {
  return manifest().version
}

/** The built whimbrel command, as a person would start it. */
export function whimbrelCommand(words: readonly string[]): readonly string[] {
  return [process.execPath, fileURLToPath(new URL(manifest().bin.whimbrel, folder)), ...words]
}

/** Reads the document of `--json`; undefined where there is none, because it was killed. */
export function saidByCommand(stdout: string): Said | undefined {
  if (stdout.trim() === '') return undefined
  const { exitCode, databases, error }: Document = JSON.parse(stdout)
  const [database] = databases
  const { code, message, hint } = database?.error ?? error ?? {}
  const done = (database?.steps ?? [])
    .filter(({ outcome }) => outcome === 'applied' || outcome === 'reverted')
    .map(({ id }) => id)
  return { exitCode, code, message, hint, done }
}

interface ErrorDocument {
  readonly code?: string
  readonly message?: string
  readonly hint?: string
}

interface Document {
  readonly exitCode: number
  readonly error?: ErrorDocument
  readonly databases: readonly {
    readonly steps?: readonly { readonly id: string; readonly outcome: string }[]
    readonly error?: ErrorDocument
  }[]
}

function manifest(): { readonly version: string; readonly bin: { readonly whimbrel: string } } {
  return JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
}
