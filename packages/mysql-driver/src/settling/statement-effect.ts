import { type ObjectName, StatementWords } from './statement-words.ts'

/** Of what kind something is that a statement changes, as SHOW CREATE calls it; accounts with all of their rights. */
export type ObjectKind =
  | 'TABLE'
  | 'VIEW'
  | 'SEQUENCE'
  | 'TRIGGER'
  | 'PROCEDURE'
  | 'FUNCTION'
  | 'EVENT'
  | 'PACKAGE'
  | 'PACKAGE BODY'
  | 'DATABASE'
  | 'ACCOUNTS'

export interface ChangedObject extends ObjectName {
  readonly kind: ObjectKind
}

/** How one can see later that a statement took effect. */
export interface StatementEffect {
  readonly objects: readonly ChangedObject[]
  /**
   * What is true of the objects behind it. `again`: nothing tells it, and it does no harm when it runs twice. `differ`:
   * at least one of them is not as it was.
   */
  readonly afterwards: 'exist' | 'are-gone' | 'differ' | 'again'
  /** It replaces tables by others that look the same, so that their identity has to be compared, too. */
  readonly replaces: boolean
}

/** What may run twice: the second time changes nothing that the first did not. */
const again: ReadonlySet<string> = new Set(
  'ANALYZE CACHE CHECK FLUSH GRANT LOAD OPTIMIZE REPAIR SET'.split(' '),
)

/** Words in front of the kind of what a statement makes, changes or drops. */
const kinds: ReadonlyMap<string, ObjectKind> = new Map([
  ['TABLE', 'TABLE'],
  ['TABLES', 'TABLE'],
  ['VIEW', 'VIEW'],
  ['SEQUENCE', 'SEQUENCE'],
  ['TRIGGER', 'TRIGGER'],
  ['PROCEDURE', 'PROCEDURE'],
  ['FUNCTION', 'FUNCTION'],
  ['EVENT', 'EVENT'],
  ['PACKAGE', 'PACKAGE'],
  ['DATABASE', 'DATABASE'],
  ['SCHEMA', 'DATABASE'],
  ['USER', 'ACCOUNTS'],
  ['ROLE', 'ACCOUNTS'],
])

const modifiers: ReadonlySet<string> = new Set([
  ...[
    'AGGREGATE',
    'FULLTEXT',
    'IGNORE',
    'OFFLINE',
    'ONLINE',
    'OR',
    'REPLACE',
    'SPATIAL',
    'TEMPORARY',
    'UNIQUE',
  ],
  ...['INVOKER', 'SECURITY', 'SQL'],
])

/**
 * What a statement that commits by itself changes, and how one can see later that it did. Undefined where the statement
 * does not say, or leaves nothing to be seen: `CALL` for one.
 */
export function statementEffect(sql: string): StatementEffect | undefined {
  const words = new StatementWords(sql)
  if (words.skip('SET', 'STATEMENT') && words.skipTo('FOR') === undefined) return undefined
  const verb = words.next()
  if (again.has(verb)) return twice
  switch (verb) {
    case 'CREATE':
      return created(words)
    case 'DROP':
      return dropped(words)
    case 'ALTER':
      return altered(words)
    case 'RENAME':
      return renamed(words)
    case 'TRUNCATE':
      words.skip('TABLE')
      return changing('TABLE', [words.name()], true)
    case 'REVOKE':
      return changing('ACCOUNTS', [{ name: '' }])
    default:
      return undefined
  }
}

/** Nothing tells whether it took effect, and nothing has to. */
const twice: StatementEffect = { objects: [], afterwards: 'again', replaces: false }

function changing(
  kind: ObjectKind,
  names: readonly (ObjectName | undefined)[],
  replaces = false,
): StatementEffect | undefined {
  const objects = objectsOf(kind, names)
  return objects === undefined ? undefined : { objects, afterwards: 'differ', replaces }
}

function objectsOf(
  kind: ObjectKind,
  names: readonly (ObjectName | undefined)[],
): readonly ChangedObject[] | undefined {
  const objects: ChangedObject[] = []
  for (const name of names) {
    if (name === undefined) return undefined
    objects.push({ kind, ...name })
  }
  return objects.length === 0 ? undefined : objects
}

/** The kind that comes next, behind words that do not matter; `INDEX` for a part of a table. */
function kindOf(words: StatementWords): ObjectKind | 'INDEX' | undefined {
  for (;;) {
    if (words.skip('DEFINER')) {
      words.skipSign('=')
      skipAccount(words)
    } else if (words.skip('ALGORITHM')) {
      words.skipSign('=')
      words.next()
    } else if (modifiers.has(words.peek())) words.next()
    else break
  }
  const word = words.next()
  if (word === 'INDEX') return 'INDEX'
  if (word === 'PACKAGE' && words.skip('BODY')) return 'PACKAGE BODY'
  return kinds.get(word)
}

function skipAccount(words: StatementWords): void {
  const isName = words.name() !== undefined
  if (!isName) words.next()
  if (words.skipSign('(')) words.skipSign(')')
  if (words.skipSign('@') && words.name() === undefined) words.next()
}

function created(words: StatementWords): StatementEffect | undefined {
  const replaces = words.has('REPLACE') && words.peek() === 'OR'
  const kind = kindOf(words)
  // A function of a library has no text, and neither have the other kinds.
  if (kind === undefined || words.has('SONAME')) return undefined
  words.skip('IF', 'NOT', 'EXISTS')
  if (kind === 'INDEX') return indexed(words)
  if (kind === 'ACCOUNTS') return changing(kind, [{ name: '' }])
  const objects = objectsOf(kind, [words.name()])
  if (objects === undefined) return undefined
  // What is replaced differs afterwards, and is there; where it was killed in between it may be gone.
  return { objects, afterwards: 'exist', replaces: replaces && kind === 'TABLE' }
}

function indexed(words: StatementWords): StatementEffect | undefined {
  return words.skipTo('ON') === undefined ? undefined : changing('TABLE', [words.name()])
}

function dropped(words: StatementWords): StatementEffect | undefined {
  const kind = kindOf(words)
  if (kind === undefined) return undefined
  if (kind === 'INDEX') return indexed(words)
  if (kind === 'ACCOUNTS') return changing(kind, [{ name: '' }])
  words.skip('IF', 'EXISTS')
  const objects = objectsOf(kind, words.names())
  return objects === undefined ? undefined : { objects, afterwards: 'are-gone', replaces: false }
}

function altered(words: StatementWords): StatementEffect | undefined {
  const kind = kindOf(words)
  if (kind === undefined || kind === 'INDEX') return undefined
  if (kind === 'ACCOUNTS') return changing(kind, [{ name: '' }])
  if (kind === 'DATABASE') return twice
  if (kind === 'SEQUENCE' && words.has('RESTART')) return undefined
  if (kind === 'TABLE' && words.has('IMPORT', 'DISCARD')) return undefined
  words.skip('IF', 'EXISTS')
  const first = words.name()
  const others = kind === 'TABLE' || kind === 'EVENT' ? otherNames(words) : []
  const replaces = kind === 'TABLE' && words.has('EXCHANGE', 'TRUNCATE')
  return changing(kind, [first, ...others], replaces)
}

/** The new name of what is renamed, and the table with which a partition is exchanged. */
function otherNames(words: StatementWords): readonly ObjectName[] {
  const found: ObjectName[] = []
  for (;;) {
    const word = words.skipTo('RENAME', 'WITH')
    if (word === undefined) return found
    if (word === 'WITH' && !words.skip('TABLE')) continue
    if (word === 'RENAME') {
      if (['COLUMN', 'CONSTRAINT', 'INDEX', 'KEY'].includes(words.peek())) continue
      if (!words.skip('TO') && !words.skip('AS')) words.skipSign('=')
    }
    const name = words.name()
    if (name !== undefined) found.push(name)
  }
}

function renamed(words: StatementWords): StatementEffect | undefined {
  const kind = kinds.get(words.next())
  if (kind === 'ACCOUNTS') return changing(kind, [{ name: '' }])
  if (kind !== 'TABLE') return undefined
  words.skip('IF', 'EXISTS')
  const names: (ObjectName | undefined)[] = []
  do {
    names.push(words.name())
    if (words.skip('WAIT')) words.next()
    words.skip('NOWAIT')
    if (!words.skip('TO')) return undefined
    names.push(words.name())
  } while (words.skipSign(','))
  const keys = names.map((name) => JSON.stringify([name?.schema, name?.name.toLowerCase()]))
  // Two tables that change places may look the same.
  return changing('TABLE', names, new Set(keys).size < keys.length)
}
