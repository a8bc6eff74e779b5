import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { manifestJsonSchema } from '@whimbrel/manifest'
import type { Command, CommandContext } from '../command.ts'
import { newMigration, writeNewFiles } from '../new-migration.ts'

const UP = `CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
`

/** Writes a manifest with one database and its first migration. */
async function run({ settings, terminal }: CommandContext<unknown>) {
  const [name = 'app', ...others] = settings.databases
  refuse(others, terminal.cwd)
  const databases = { [name]: { url: `sqlite:../data/${name}.db`, migrations: name } }
  const manifest = { $schema: './manifest.schema.json', databases }
  const first = newMigration({
    title: 'create note',
    layout: 'single-file',
    timestamp: false,
    entries: [],
    now: new Date(),
  })
  const files = [
    { path: 'manifest.json', text: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { path: 'manifest.schema.json', text: `${JSON.stringify(await manifestJsonSchema(), undefined, 2)}\n` },
    ...first.files.map(({ path, text }) => ({ path: join(name, path), text: withExample(text) })),
  ]
  const written = writeNewFiles(join(terminal.cwd, 'databases'), files).map((path) =>
    relative(terminal.cwd, path),
  )
  return {
    output: { ok: true, command: 'init', exitCode: 0, databases: [], files: written },
    text: `${written.join('\n')}\nNext: whimbrel up\n`,
  }
}

function withExample(text: string): string {
  return text
    .replace('-- === UP MIGRATION ===\n\n', `-- === UP MIGRATION ===\n${UP}`)
    .replace('-- === DOWN MIGRATION ===\n\n', '-- === DOWN MIGRATION ===\nDROP TABLE note;\n')
}

function refuse(others: readonly string[], cwd: string): void {
  if (others.length > 0) {
    throw new MigrateError('USAGE', 'init makes a manifest with one database', {
      hint: 'Give --db once, and add the other databases to the manifest',
    })
  }
  for (const path of [join('databases', 'manifest.json'), 'whimbrel.json']) {
    if (!existsSync(join(cwd, path))) continue
    throw new MigrateError('FILE_EXISTS', `${path} exists already`, {
      hint: 'Add a database to it, or run init in another folder',
      details: { file: path },
    })
  }
}

export const init: Command = {
  name: 'init',
  summary: 'Write a manifest and a first migration',
  options: [],
  examples: ['whimbrel init', 'whimbrel init --db settings'],
  run,
}
