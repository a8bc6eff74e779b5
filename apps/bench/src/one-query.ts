import Database from 'better-sqlite3'

// The least that a Node program can do with a database: node one-query.js <database>
const database = new Database(process.argv[2] ?? '', { readonly: true })
database.prepare('SELECT count(*) FROM sqlite_schema').get()
database.close()
