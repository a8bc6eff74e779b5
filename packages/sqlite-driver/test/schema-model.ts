import fc from 'fast-check'

/** A schema as data from which statements are written in many ways. */
export interface SchemaModel {
  readonly tables: readonly TableModel[]
}

export interface TableModel {
  readonly name: string
  readonly columns: readonly ColumnModel[]
  readonly key: 'none' | 'first' | 'both'
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly unique: boolean
  readonly check: number | undefined
  /** Action of a foreign key of the table. */
  readonly action: string | undefined
  readonly index:
    | {
        readonly columns: readonly number[]
        readonly descending: boolean
        readonly where: boolean
        readonly unique: boolean
      }
    | undefined
  readonly view: number | undefined
  readonly trigger: string | undefined
}

export interface ColumnModel {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly default: string | undefined
  readonly collation: string | undefined
  readonly unique: boolean
  readonly check: number | undefined
  readonly action: string | undefined
  readonly computed: number | undefined
}

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const number = fc.integer({ min: 0, max: 9 })
const actions = fc.constantFrom('', 'CASCADE', 'SET NULL', 'RESTRICT', 'SET DEFAULT')
const names = ['a', 'B c', 'order', 'é', 'Quo"te', 'check', 'x_1', "it's"]
const types = ['INT', 'INTEGER', 'TEXT', 'REAL', 'BLOB']
const defaults = ['0', '1', "''", "'user'", "'it''s, (odd)'", '(1 + 1)', 'CURRENT_TIMESTAMP', '-1']

const column: fc.Arbitrary<Omit<ColumnModel, 'name'>> = fc.record({
  type: fc.constantFrom(...types),
  notNull: fc.boolean(),
  default: maybe(fc.constantFrom(...defaults)),
  collation: maybe(fc.constantFrom('NOCASE', 'RTRIM')),
  unique: fc.boolean(),
  check: maybe(number),
  action: maybe(actions),
  computed: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: number }),
})

const table: fc.Arbitrary<Omit<TableModel, 'name'>> = fc
  .record({
    columns: fc
      .tuple(
        fc.shuffledSubarray(names, { minLength: 3, maxLength: 5 }),
        fc.array(column, { minLength: 5, maxLength: 5 }),
      )
      .map(([given, columns]) =>
        // The first two make the key, and what makes a key is not computed.
        given.map((name, index): ColumnModel => {
          const made = { ...(columns[index] as Omit<ColumnModel, 'name'>), name }
          return index < 2 ? { ...made, computed: undefined } : made
        }),
      ),
    key: fc.constantFrom('none', 'first', 'both'),
    strict: fc.boolean(),
    withoutRowid: fc.boolean(),
    unique: fc.boolean(),
    check: maybe(number),
    action: maybe(actions),
    index: maybe(
      fc.record({
        columns: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
        descending: fc.boolean(),
        where: fc.boolean(),
        unique: fc.boolean(),
      }),
    ),
    view: maybe(number),
    trigger: maybe(fc.constantFrom('INSERT', 'DELETE', 'UPDATE')),
  })
  .map((made) => ({ ...made, withoutRowid: made.withoutRowid && made.key !== 'none' }))

export const schemaModel: fc.Arbitrary<SchemaModel> = fc
  .array(table, { minLength: 1, maxLength: 3 })
  .map((tables) => ({ tables: tables.map((made, index) => ({ ...made, name: `T ${index}` })) }))

/** How statements are written: what has no meaning. */
export interface Spelling {
  readonly quote: number
  readonly lower: boolean
  readonly gap: string
  readonly order: number
}

export const spelling: fc.Arbitrary<Spelling> = fc.record({
  quote: fc.nat(2),
  lower: fc.boolean(),
  gap: fc.constantFrom(' ', '\n', ' /* , ( */ ', '\t'),
  order: fc.nat(5),
})

export const plain: Spelling = { quote: 0, lower: false, gap: ' ', order: 0 }

/** The statements that make the schema. */
export function statementsOf({ tables }: SchemaModel, how: Spelling = plain): readonly string[] {
  return [
    'CREATE TABLE parent (id INTEGER PRIMARY KEY)',
    ...tables.flatMap((made) => tableStatements(made, how)),
  ]
}

function tableStatements(made: TableModel, how: Spelling): readonly string[] {
  const { name, columns, index, view, trigger } = made
  const q = (text: string) => quoted(text, how)
  const at = (position: number) => q((columns[position] as ColumnModel).name)
  const order = index?.descending ? 'DESC' : how.lower ? 'ASC' : ''
  const statements = [
    `CREATE TABLE ${q(name)} (${[...columns.map((column) => columnSql(column, made, how)), ...rotate(constraints(made, how), how.order)].join(',')}) ${options(made, how)}`,
    index &&
      `CREATE ${index.unique ? 'UNIQUE' : ''} INDEX ${q(`${name} index`)} ON ${q(name)} (${index.columns.map((position) => `${at(position)} ${order}`).join()}) ${index.where ? `WHERE ${at(0)} > 1` : ''}`,
    view !== undefined &&
      `CREATE VIEW ${q(`${name} view`)} AS SELECT ${at(0)} FROM ${q(name)} WHERE ${at(1)} > ${view}`,
    trigger &&
      `CREATE TRIGGER ${q(`${name} trigger`)} AFTER ${trigger} ON ${q(name)} BEGIN DELETE FROM parent; SELECT 1; END`,
  ]
  return statements.filter((sql) => typeof sql === 'string').map((sql) => spell(sql, how))
}

function columnSql(column: ColumnModel, { key, columns }: TableModel, how: Spelling): string {
  const q = quoted(column.name, how)
  const clauses = [
    column.notNull && 'NOT NULL',
    column.default !== undefined && column.computed === undefined && `DEFAULT ${column.default}`,
    column.collation && `COLLATE ${column.collation}`,
    column.unique && 'UNIQUE',
    column.check !== undefined && `CHECK (${q} <> ${column.check})`,
    column.action !== undefined && `REFERENCES parent (id) ${column.action && `ON DELETE ${column.action}`}`,
    column.computed !== undefined &&
      `AS (${quoted((columns[0] as ColumnModel).name, how)} + ${column.computed}) ${how.lower ? 'VIRTUAL' : ''}`,
    key === 'first' && column === columns[0] && how.order % 2 === 0 && 'PRIMARY KEY',
  ].filter((clause) => typeof clause === 'string')
  return [q, column.type, ...rotate(clauses, how.order)].join(' ')
}

function constraints(made: TableModel, how: Spelling): readonly string[] {
  const [first, second] = made.columns.map(({ name }) => quoted(name, how))
  return [
    made.key === 'first' && how.order % 2 === 1 && `PRIMARY KEY (${first})`,
    made.key === 'both' && `PRIMARY KEY (${second}, ${first})`,
    made.unique && `CONSTRAINT ${quoted('one of all', how)} UNIQUE (${first}, ${second})`,
    made.check !== undefined && `CHECK (${first} <> ${second} + ${made.check})`,
    made.action !== undefined &&
      `FOREIGN KEY (${second}) REFERENCES parent ${made.action && `ON UPDATE ${made.action}`}`,
  ].filter((clause) => typeof clause === 'string')
}

function options({ strict, withoutRowid }: TableModel, how: Spelling): string {
  const all = [strict && 'STRICT', withoutRowid && 'WITHOUT ROWID'].filter((option) => option !== false)
  return rotate(all, how.order).join()
}

function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const at = list.length === 0 ? 0 : by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

function quoted(name: string, { quote }: Spelling): string {
  if (quote === 1) return `\`${name}\``
  if (quote === 2 && !/["'é ]|^(order|check)$/.test(name)) return name
  return `"${name.replaceAll('"', '""')}"`
}

/** Case and gaps outside quotation marks. */
function spell(sql: string, { lower, gap }: Spelling): string {
  return sql.replace(/'(?:''|[^'])*'|"(?:""|[^"])*"|`[^`]*`|\s+|[^'"`\s]+/g, (part) => {
    if (/^\s/.test(part)) return gap
    return lower && !/^['"`]/.test(part) ? part.toLowerCase() : part
  })
}

/** A single change, and how it is told. */
export interface Mutation {
  readonly told: string
  readonly result: SchemaModel
}

/** Every single change of the first table that this model allows. */
export function mutationsOf(model: SchemaModel): readonly Mutation[] {
  const [first, ...others] = model.tables as [TableModel, ...TableModel[]]
  const withTable = (table: TableModel): SchemaModel => ({ tables: [table, ...others] })
  const ofTable = (told: string, part: Partial<TableModel>): Mutation => ({
    told,
    result: withTable({ ...first, ...part }),
  })
  return [
    ...first.columns.flatMap((column, index) =>
      columnChanges(column, index === 0 && first.key === 'first').map((part) =>
        ofTable(`changed column ${first.name}.${column.name}`, {
          columns: first.columns.map((other) => (other === column ? { ...other, ...part } : other)),
        }),
      ),
    ),
    ofTable(`changed table ${first.name}`, { strict: !first.strict }),
    ...(first.key === 'none'
      ? []
      : [ofTable(`changed table ${first.name}`, { withoutRowid: !first.withoutRowid })]),
    ofTable(`added column ${first.name}.new one`, {
      columns: [
        ...first.columns,
        {
          name: 'new one',
          type: 'TEXT',
          notNull: false,
          default: undefined,
          collation: undefined,
          unique: true,
          check: 1,
          action: 'CASCADE',
          computed: undefined,
        },
      ],
    }),
    ...(first.unique ? [ofTable(`removed constraint ${first.name}.one of all`, { unique: false })] : []),
    ...(first.check === undefined ? [] : [ofTable('changed constraint', { check: first.check + 1 })]),
    ...(first.action === undefined
      ? []
      : [
          ofTable('changed constraint', { action: first.action === 'CASCADE' ? 'RESTRICT' : 'CASCADE' }),
          ofTable('removed constraint', { action: undefined }),
        ]),
    ...indexChanges(first).map(({ told, ...index }) => ofTable(`${told} index ${first.name} index`, index)),
    ofTable(first.view === undefined ? `added view ${first.name} view` : `changed view ${first.name} view`, {
      view: (first.view ?? 0) + 1,
    }),
    ...(first.trigger === undefined
      ? []
      : [ofTable(`removed trigger ${first.name} trigger`, { trigger: undefined })]),
    {
      told: 'added table another',
      result: {
        tables: [
          ...model.tables,
          { ...first, name: 'another', index: undefined, view: undefined, trigger: undefined },
        ],
      },
    },
  ]
}

function columnChanges(column: ColumnModel, isKey: boolean): readonly Partial<ColumnModel>[] {
  return [
    { type: types[(types.indexOf(column.type) + 1) % types.length] as string },
    { notNull: !column.notNull },
    column.computed === undefined
      ? { default: defaults[(defaults.indexOf(column.default ?? '') + 1) % defaults.length] }
      : { computed: column.computed + 1 },
    { collation: column.collation === undefined ? 'NOCASE' : undefined },
    ...(isKey ? [] : [{ unique: !column.unique }]),
    { check: (column.check ?? 0) + 1 },
    { action: column.action === 'CASCADE' ? '' : 'CASCADE' },
  ]
}

function indexChanges({
  index,
}: TableModel): readonly (Pick<TableModel, 'index'> & { readonly told: string })[] {
  if (index === undefined)
    return [{ told: 'added', index: { columns: [0], descending: false, where: false, unique: false } }]
  return [
    { told: 'removed', index: undefined },
    ...[
      {
        columns:
          index.columns.length === 1
            ? [...index.columns, ((index.columns[0] as number) + 1) % 3]
            : index.columns.slice(1),
      },
      { descending: !index.descending },
      { where: !index.where },
      { unique: !index.unique },
    ].map((part) => ({ told: 'changed', index: { ...index, ...part } })),
  ]
}
