import type { JSONPath } from 'jsonc-parser'
import { quote } from './json-node.ts'
import { defaultPragmas } from './pragmas.ts'

const database = '{ "url": "sqlite:app.db", "migrations": "app" }'

const examples: Readonly<Record<string, string>> = {
  $schema: '"./manifest.schema.json"',
  databases: `{ "app": ${database} }`,
  environments: '{ "production": { "protected": true } }',
  release: '"atomic"',
  protected: 'true',
  url: '"sqlite:app.db"',
  migrations: '"app"',
  layout: '"single-file"',
  table: '"schema_migrations"',
  pragmas: '{ "busy_timeout": 5000 }',
  transaction: '"batch"',
  backup: '{ "keep": 30 }',
  directory: '"backups"',
  keep: '30',
  before: '"destructive"',
  drift: '{ "ignore": ["tmp_*"] }',
  ignore: '["tmp_*"]',
  maxAge: '"90d"',
  maxSize: '"20GB"',
  lockTimeout: '"30s"',
  busyTimeout: '"5s"',
  statementTimeout: '"2m"',
  trackingSchema: '"public"',
  searchPath: '["app", "public"]',
  schema: '"schema"',
}

/** `"keep": 30`: a key of a manifest with a value that fits, for hints; an item of a list without a key. */
export function exampleFor(path: JSONPath): string {
  if (typeof path.at(-1) === 'number') return path.at(-2) === 'ignore' ? '"tmp_*"' : '"app"'
  const key = String(path.at(-1) ?? 'databases')
  return `${quote(key)}: ${exampleValue(path, key)}`
}

function exampleValue(path: JSONPath, key: string): string {
  const inner = path[0] === 'environments' ? path.slice(2) : path
  // Names that somebody chose, which may be spelt like a key.
  if (path.length === 2 && path[0] === 'environments') return '{ "protected": true }'
  if (inner.length === 2 && inner[0] === 'databases')
    return path === inner ? database : '{ "url": "sqlite:app.db" }'
  if (path !== inner && key === 'databases') return '{ "app": { "url": "sqlite:app.db" } }'
  if (path.at(-2) === 'pragmas') return JSON.stringify(defaultPragmas[key] ?? 'on')
  return examples[key] ?? '"…"'
}
