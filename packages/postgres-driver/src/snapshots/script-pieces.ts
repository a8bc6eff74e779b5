/** A part of a script of pg_restore: statements, or the rows of one table. */
export type ScriptPiece =
  | { readonly kind: 'statements'; readonly sql: string }
  | { readonly kind: 'rows'; readonly sql: string; readonly rows: AsyncIterable<Uint8Array> }

/** Statements of large objects are sent when they are as long as this. */
const ENOUGH = 1 << 20
const NEWLINE = 10
const copyLine = /^COPY .* FROM stdin;$/
/** Commands of psql around a script, and a setting that only newer servers know and no restore needs. */
const foreignLine = /^(\\(un)?restrict \S+|SET transaction_timeout = 0;)$/
/** pg_restore puts large objects into a transaction of their own. */
const transactionLine = /^(BEGIN|COMMIT);$/
const end = Buffer.from('\n\\.\n')

/**
 * Takes a script apart as it comes. Rows stand only in the section of data; there every statement is one line, whereas
 * what looks like rows elsewhere may be the body of a function. The rows of a piece have to be read before the next one.
 */
export async function* scriptPieces(
  chunks: AsyncIterable<Uint8Array>,
  { isData }: { readonly isData: boolean },
): AsyncIterable<ScriptPiece> {
  const input = new Input(chunks)
  let sql = ''
  for (let line = await input.line(); line !== undefined; line = await input.line()) {
    if (foreignLine.test(line) || (isData && transactionLine.test(line))) continue
    if (isData && copyLine.test(line)) {
      if (sql.trim() !== '') yield { kind: 'statements', sql }
      sql = ''
      yield { kind: 'rows', sql: line, rows: input.rows() }
      continue
    }
    sql += `${line}\n`
    if (!isData || sql.length < ENOUGH || !line.endsWith(';')) continue
    yield { kind: 'statements', sql }
    sql = ''
  }
  if (sql.trim() !== '') yield { kind: 'statements', sql }
}

/** Bytes that are read as lines or as rows. */
class Input {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next line without its end, undefined behind the last one. */
  async line(): Promise<string | undefined> {
    const parts: Buffer[] = []
    for (;;) {
      const at = this.#rest.indexOf(NEWLINE)
      if (at !== -1) {
        parts.push(this.#rest.subarray(0, at))
        this.#rest = this.#rest.subarray(at + 1)
        return Buffer.concat(parts).toString('utf8')
      }
      parts.push(this.#rest)
      this.#rest = Buffer.alloc(0)
      if (!(await this.#more())) {
        const last = Buffer.concat(parts)
        return last.length === 0 ? undefined : last.toString('utf8')
      }
    }
  }

  /** Everything up to the line that ends the rows. */
  async *rows(): AsyncIterable<Uint8Array> {
    // The end is a line of its own: before the first row its line break is that of COPY.
    this.#rest = Buffer.concat([Buffer.from('\n'), this.#rest])
    let skip = 1
    for (;;) {
      const at = this.#rest.indexOf(end)
      if (at !== -1) {
        const rows = this.#rest.subarray(skip, at + 1)
        this.#rest = this.#rest.subarray(at + end.length)
        if (rows.length > 0) yield rows
        return
      }
      const known = this.#rest.length - end.length + 1
      if (known > skip) {
        yield this.#rest.subarray(skip, known)
        this.#rest = this.#rest.subarray(known)
        skip = 0
      }
      if (!(await this.#more())) throw new Error('The rows of a table have no end')
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next()
    if (done === true) return false
    this.#rest = this.#rest.length === 0 ? Buffer.from(value) : Buffer.concat([this.#rest, value])
    return true
  }
}
