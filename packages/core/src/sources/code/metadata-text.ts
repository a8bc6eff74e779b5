import type { CodeMetadata } from './code-migration.ts'

const keys = {
  description: 'description',
  author: 'author',
  date: 'date',
  dependsOn: 'depends-on',
  environments: 'environments',
  irreversible: 'irreversible',
  expectLoss: 'expect-loss',
  engine: 'engine',
} as const satisfies Partial<Record<keyof CodeMetadata, string>>

/** What a migration in code declares, as the `metadata.toml` that says the same. */
export function metadataText(metadata: CodeMetadata): string {
  const lines = Object.entries(keys).flatMap(([key, written]) => {
    const value = metadata[key as keyof typeof keys]
    if (value === undefined) return []
    return `${written} = ${typeof value === 'string' ? literal(value) : `[${value.map(literal).join(', ')}]`}`
  })
  if (metadata.transactional === false) lines.push('transaction = "none"')
  if (metadata.foreignKeys !== undefined) lines.push(`foreign-keys = ${metadata.foreignKeys}`)
  return lines.map((line) => `${line}\n`).join('')
}

function literal(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
