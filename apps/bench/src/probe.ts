import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess } from './run-process.ts'

/** A program that starts another and writes one figure about it to a file. */
export interface Probe {
  readonly name: 'fsync' | 'peak'
  /** The words before the command. */
  through(file: string): readonly string[]
  read(text: string): number
}

/** Counts the calls that make the disk write. */
export const fsyncProbe: Probe = {
  name: 'fsync',
  through: (file) => ['strace', '-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', file],
  read: (text) =>
    [...text.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*\bf(?:data)?sync$/gm)]
      .map(([, calls]) => Number(calls))
      .reduce((sum, calls) => sum + calls, 0),
}

/**
 * Peak memory in MB, measured from outside: a process started by a large one inherits that one's peak, and GNU time
 * is a small one.
 */
export const peakProbe: Probe = {
  name: 'peak',
  through: (file) => ['/usr/bin/time', '-f', '%M', '-o', file],
  read: (text) => Number(text.trim().split('\n').at(-1)) / 1024,
}

/** Starts something through a probe and returns the probe's figure. */
export function readProbe(probe: Probe, start: (through: readonly string[]) => void): number {
  const directory = mkdtempSync(join(tmpdir(), 'whimbrel-probe-'))
  const file = join(directory, 'figure')
  try {
    start(probe.through(file))
    return probe.read(readFileSync(file, 'utf8'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** True where this machine has the program and lets it work. */
export function hasProbe(probe: Probe): boolean {
  try {
    const figure = readProbe(probe, (through) => void runProcess([...through, 'true'], tmpdir()))
    return Number.isFinite(figure)
  } catch {
    return false
  }
}
