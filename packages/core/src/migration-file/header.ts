import type { Metadata } from '../model/migration.ts'
import type { Warning } from '../ports/source.ts'
import { suggest } from '../suggest.ts'
import { dependency } from './depends-on.ts'
import { type HeaderItem, type HeaderKey, headerError, knownKey, lineOf, nearestKey } from './header-item.ts'

export interface Header {
  readonly metadata: Metadata
  readonly warnings: readonly Warning[]
}

type Draft = { -readonly [Key in keyof Metadata]: Metadata[Key] }

const lists: ReadonlySet<HeaderKey> = new Set<HeaderKey>(['Depends-On', 'Environments', 'Expect-Loss'])
const engineAliases: ReadonlyMap<string, string> = new Map([
  ['sqlite3', 'sqlite'],
  ['postgresql', 'postgres'],
  ['pg', 'postgres'],
  ['mariadb', 'mysql'],
])
const knownEngines = ['sqlite', 'postgres', 'mysql']

/** Turns the lines of a header into metadata. Throws MIGRATION_HEADER; an unknown key is a warning. */
export function readHeader(
  items: readonly HeaderItem[],
  { id, engine }: { id: string; engine: string },
): Header {
  const draft: Draft = {
    dependsOn: [],
    environments: [],
    transactional: true,
    foreignKeys: false,
    expectLoss: [],
  }
  const warnings: Warning[] = []
  const seen = new Map<HeaderKey, HeaderItem>()
  for (const item of items) {
    const key = knownKey(item.key)
    if (key === undefined) {
      warnings.push(unknownKey(item))
      continue
    }
    const earlier = seen.get(key)
    if (earlier !== undefined && !lists.has(key)) throw twice(earlier, item)
    seen.set(key, item)
    if (item.value === '' && key !== 'Irreversible' && key !== 'Transaction' && key !== 'Foreign-Keys')
      continue
    setters[key](draft, item, id)
    if (key === 'Engine' && draft.engine !== engine) warnings.push(...unknownEngine(draft, item))
  }
  return { metadata: draft, warnings }
}

type Setter = (draft: Draft, item: HeaderItem, id: string) => void

const setters: Readonly<Record<HeaderKey, Setter>> = {
  Migration: (_, item, id) => {
    const written = text(item)
    if (written !== id) throw otherName(item, written, id)
  },
  Description: (draft, item) => {
    draft.description = text(item)
  },
  Author: (draft, item) => {
    draft.author = text(item)
  },
  Date: (draft, item) => {
    draft.date = text(item)
  },
  'Depends-On': (draft, item) => {
    draft.dependsOn = [...draft.dependsOn, ...list(item).map((entry) => dependency(entry, item))]
  },
  Environments: (draft, item) => {
    draft.environments = [...draft.environments, ...list(item)]
  },
  Transaction: (draft, item) => {
    if (String(item.value).toLowerCase() !== 'none') throw badTransaction(item)
    draft.transactional = false
  },
  'Foreign-Keys': (draft, item) => {
    draft.foreignKeys = onOrOff(item)
  },
  Irreversible: (draft, item) => {
    draft.irreversible = reason(item)
  },
  'Expect-Loss': (draft, item) => {
    draft.expectLoss = [...draft.expectLoss, ...list(item).map(withoutQuotes)]
  },
  Engine: (draft, item) => {
    const engine = text(item).toLowerCase()
    draft.engine = engineAliases.get(engine) ?? engine
  },
}

function text(item: HeaderItem): string {
  if (typeof item.value === 'string') return item.value
  throw headerError(item, {
    message: `${item.key} must be a text`,
    hint: `Write ${item.key} = "…"`,
  })
}

function list(item: HeaderItem): readonly string[] {
  if (typeof item.value === 'boolean') {
    throw headerError(item, {
      message: `${item.key} must be a list, not ${item.value}`,
      hint: `Write ${item.key} = ["…", "…"]`,
    })
  }
  const entries = typeof item.value === 'string' ? item.value.split(',') : item.value
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '')
}

function onOrOff(item: HeaderItem): boolean {
  const value = typeof item.value === 'string' ? item.value.toLowerCase() : item.value
  if (value === 'on' || value === true) return true
  if (value === 'off' || value === false) return false
  throw headerError(item, {
    message: `${item.key} is "${String(item.value)}", and can only be on or off`,
    hint: 'Write "Foreign-Keys: on" to enforce foreign keys while the migration runs, or remove the line',
  })
}

function reason(item: HeaderItem): string | undefined {
  const value = typeof item.value === 'string' ? item.value : item.value === true ? 'true' : 'false'
  if (value === '' || Array.isArray(item.value)) {
    throw headerError(item, {
      message: `${item.key} gives no reason`,
      hint: 'Write why it cannot be taken back, for whoever has to decide later, or remove the line',
    })
  }
  if (/^(?:false|no)$/i.test(value)) return undefined
  return /^(?:true|yes)$/i.test(value) ? 'its author says so' : value
}

function withoutQuotes(name: string): string {
  return (
    /^(?:"(.*)"|`(.*)`|\[(.*)\])$/
      .exec(name)
      ?.slice(1)
      .find((inside) => inside !== undefined) ?? name
  )
}

function otherName(item: HeaderItem, written: string, id: string): Error {
  return headerError(item, {
    message: `the header says ${item.key}: ${written}, but the file makes this migration ${id}`,
    hint: `Write "${item.key}: ${id}", or rename the file`,
  })
}

function badTransaction(item: HeaderItem): Error {
  const value = String(item.value)
  return headerError(item, {
    message: `${item.key} is "${value}", and can only be none`,
    hint:
      'Write "Transaction: none" for what an engine cannot do in a transaction; ' +
      'remove the line otherwise: a migration runs in a transaction by itself',
  })
}

function twice(earlier: HeaderItem, item: HeaderItem): Error {
  const where =
    earlier.in === item.in ? `line ${lineOf(earlier)}` : `${earlier.in.origin.file}, line ${lineOf(earlier)},`
  return headerError(item, {
    message: `${item.key} is given a second time; ${where} has it already`,
    hint: 'Keep one of the two lines',
  })
}

function unknownKey(item: HeaderItem): Warning {
  const nearest = nearestKey(item.key)
  return {
    message: `"${item.key}" is not a header key, so the line has no effect`,
    hint:
      nearest === undefined
        ? 'If it is a remark, write it without the colon'
        : `Did you mean ${nearest}? If it is a remark, write it without the colon`,
    line: lineOf(item),
  }
}

function unknownEngine({ engine = '' }: Draft, item: HeaderItem): Warning[] {
  if (knownEngines.includes(engine)) return []
  const nearest = suggest(engine, knownEngines)
  return [
    {
      message: `${item.key} is "${engine}", which is not an engine known here, so the migration may never run`,
      hint: nearest === undefined ? `Write one of ${knownEngines.join(', ')}` : `Did you mean ${nearest}?`,
      line: lineOf(item),
    },
  ]
}
