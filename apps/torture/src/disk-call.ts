/** One call that reaches a disk, or the world. Files are known by their names at that moment. */
export type DiskCall =
  | { readonly is: 'open'; readonly file: string; readonly creates: boolean; readonly empties: boolean }
  | {
      readonly is: 'write'
      readonly file: string
      readonly offset: number | undefined
      readonly bytes: Buffer
    }
  | { readonly is: 'truncate'; readonly file: string; readonly size: number }
  | { readonly is: 'sync'; readonly file: string }
  | { readonly is: 'unlink'; readonly file: string }
  | { readonly is: 'rename'; readonly file: string; readonly to: string }
  | { readonly is: 'link'; readonly file: string; readonly to: string }
  | { readonly is: 'mkdir'; readonly file: string }
  /** Written to the file that stands for what people see. */
  | { readonly is: 'say'; readonly text: string }

/** Calls that a trace has to hold for this, with their contents. */
export const diskCalls = [
  'pwrite64',
  'write',
  'fsync',
  'fdatasync',
  'ftruncate',
  'unlink',
  'rename',
  'openat',
  'mkdir',
] as const

/**
 * Reads a trace that strace wrote with `-f -y -xx` and a string length that cuts nothing off. `said` is the file that
 * the process wrote its words to; what is outside `folder` is left out. Throws for a call that it does not know how to read: nothing may be left out.
 */
export function readDiskCalls(trace: string, said: string, folder: string): readonly DiskCall[] {
  const calls: DiskCall[] = []
  const place = [...Buffer.from(folder)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  for (const line of joined(trace.split('\n'))) {
    if (!line.includes(place)) continue
    const parts = /^\d+ +(\w+)\((.*)\) += (-?\d+)/s.exec(line)
    if (parts === null) continue
    const [, name = '', argument = '', result = ''] = parts
    if (Number(result) < 0) continue
    const call = readCall(name, argument, Number(result))
    if (call === undefined) throw new RangeError(`A call that cannot be read: ${line.slice(0, 200)}`)
    if ('file' in call && call.file === said) {
      if (call.is === 'write') calls.push({ is: 'say', text: call.bytes.toString('utf8') })
    } else calls.push(call)
  }
  return calls
}

/** Calls that another thread interrupted are written in two lines. */
function* joined(lines: readonly string[]): Iterable<string> {
  const begun = new Map<string, string>()
  for (const line of lines) {
    const [pid = ''] = line.split(' ', 1)
    if (line.endsWith(' <unfinished ...>')) begun.set(pid, line.slice(0, -' <unfinished ...>'.length))
    else if (/^\d+ +<\.\.\. /.test(line)) yield (begun.get(pid) ?? '') + line.replace(/^.*? resumed>/, '')
    else yield line
  }
}

function readCall(name: string, argument: string, result: number): DiskCall | undefined {
  const descriptor = /^\d+<((?:\\x..)*)>(?:\(deleted\))?(.*)$/s.exec(argument)
  const strings = [...argument.matchAll(/"((?:\\x..)*)"/g)].map(([, text = '']) => bytesOf(text))
  const first = strings[0]
  if (descriptor !== null)
    return readOnDescriptor(name, { file: textOf(descriptor[1]), rest: descriptor[2] ?? '', first, result })
  if (first === undefined) return undefined
  const file = first.toString('utf8')
  if (name === 'mkdir') return { is: 'mkdir', file }
  if (name === 'unlink') return { is: 'unlink', file }
  if (name === 'rename' || name === 'link') return { is: name, file, to: strings[1]?.toString('utf8') ?? '' }
  if (name === 'openat') {
    return { is: 'open', file, creates: argument.includes('O_CREAT'), empties: argument.includes('O_TRUNC') }
  }
  return undefined
}

interface OnDescriptor {
  readonly file: string
  readonly rest: string
  readonly first: Buffer | undefined
  readonly result: number
}

function readOnDescriptor(name: string, { file, rest, first, result }: OnDescriptor): DiskCall | undefined {
  if (name === 'fsync' || name === 'fdatasync') return { is: 'sync', file }
  if (name === 'ftruncate') return { is: 'truncate', file, size: Number(/(\d+)$/.exec(rest)?.[1]) }
  if (first === undefined) return undefined
  const bytes = first.subarray(0, result)
  if (bytes.length !== result) return undefined
  if (name === 'pwrite64') return { is: 'write', file, offset: Number(/(\d+)$/.exec(rest)?.[1]), bytes }
  return name === 'write' ? { is: 'write', file, offset: undefined, bytes } : undefined
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}

function textOf(text = ''): string {
  return bytesOf(text).toString('utf8')
}
