import { parseArgs } from 'node:util'
import { MigrateError } from 'whimbrel'
import type { Place } from './databases.ts'

export interface ServiceOptions {
  readonly place: Place
  /** 0 for any that is free. */
  readonly port: number
  /** Start only on databases that need nothing, and write nothing. */
  readonly check: boolean
}

/** Where the process was started. */
interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const flags = {
  manifest: { type: 'string' },
  env: { type: 'string' },
  port: { type: 'string' },
  check: { type: 'boolean', default: false },
} as const

/** Arguments before environment before defaults. Throws USAGE. */
export function readOptions(args: readonly string[], { cwd, env }: Surroundings): ServiceOptions {
  const given = parse(args)
  return {
    place: { manifest: given.manifest, directory: cwd, environment: given.env, env },
    port: portOf(given.port ?? (env.PORT || '8080')),
    check: given.check,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ')
    throw usage(sentence ?? 'The arguments make no sense', error)
  }
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text)
  throw usage(`"${text}" is not a port`)
}

function usage(message: string, cause?: unknown): MigrateError {
  return new MigrateError('USAGE', message, {
    hint: 'Write: graph-service [--manifest FILE] [--env NAME] [--port 0-65535] [--check]',
    cause,
  })
}
