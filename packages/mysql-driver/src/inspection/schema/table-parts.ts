/** The statement of SHOW CREATE TABLE, taken apart: the server writes each part on a line of its own. */
export interface TableParts {
  /** Without the next value of AUTO_INCREMENT, which is none of the schema. */
  readonly sql: string
  /** By name: all that stands behind it. */
  readonly columns: ReadonlyMap<string, string>
  readonly keys: readonly TableKey[]
  /** What stands behind the list of columns, and periods. */
  readonly options: readonly string[]
}

/** A key or a constraint of a table. */
export interface TableKey {
  readonly kind: 'index' | 'constraint'
  readonly name: string
  /** As it stands in the statement: `UNIQUE KEY `place` (`place`)`. */
  readonly definition: string
}

const option = /(?:DEFAULT )?[A-Z_]+=(?:'(?:[^'\\]|\\.|'')*'|\([^)]*\)|\S+)/g
const autoIncrement = / AUTO_INCREMENT=\d+/

/** Takes the statement apart. */
export function tableParts(statement: string): TableParts {
  const lines = statement.split('\n')
  const end = lines.findIndex((line, at) => at > 0 && line.startsWith(')'))
  const elements = lines.slice(1, end).map((line) => line.trim().replace(/,$/, ''))
  const columns = new Map<string, string>()
  const keys: TableKey[] = []
  const options: string[] = []
  for (const element of elements) {
    const column = /^`((?:[^`]|``)*)` (.*)$/s.exec(element)
    if (column !== null) columns.set(nameOf(column[1]), column[2] ?? '')
    else if (element.startsWith('PERIOD')) options.push(element)
    else keys.push(keyOf(element))
  }
  const [tail = '', ...rest] = lines.slice(end)
  const shown = tail.replace(autoIncrement, '')
  return {
    sql: [...lines.slice(0, end), shown, ...rest].join('\n'),
    columns,
    keys,
    options: [...options, ...optionsOf(shown.replace(/^\)\s*/, '')), ...partitions(rest)],
  }
}

function keyOf(element: string): TableKey {
  const [, words = '', name = ''] = /^([A-Z ]+?) ?(?:`((?:[^`]|``)*)`|(?=\())/.exec(element) ?? []
  if (words.startsWith('PRIMARY')) return { kind: 'constraint', name: 'PRIMARY', definition: element }
  const kind = words.startsWith('CONSTRAINT') ? 'constraint' : 'index'
  return { kind, name: nameOf(name), definition: element }
}

function optionsOf(text: string): readonly string[] {
  const rest = text.replace(option, '').replace(/\s+/g, ' ').trim()
  return [...(text.match(option) ?? []), ...(rest === '' ? [] : [rest])]
}

/** Written over several lines. */
function partitions(lines: readonly string[]): readonly string[] {
  const text = lines.join(' ').replace(/\s+/g, ' ').trim()
  return text === '' ? [] : [text]
}

function nameOf(quoted = ''): string {
  return quoted.replaceAll('``', '`')
}
