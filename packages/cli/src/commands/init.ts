import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { MigrateError } from '@whimbrel/core'
import { manifestJsonSchema } from '@whimbrel/manifest'
import type { Command, CommandContext } from '../command.ts'
import { newMigration } from '../new-migration.ts'
import type { SharedOptions } from '../settings.ts'
import { writeNewFiles } from '../write-new-files.ts'

const UP = `CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
`

/** Writes a manifest and the first migration of each of its databases. */
async function run({ options, settings, terminal }: CommandContext<unknown>) {
  const names = namesOf(settings.databases)
  refuseOtherPlaces(options)
  refuseSecondManifest(terminal.cwd)
  const databases = Object.fromEntries(
    names.map((name) => [name, { url: `sqlite:../data/${name}.db`, migrations: name }]),
  )
  const manifest = { $schema: './manifest.schema.json', databases }
  const first = newMigration({
    name: 'create_note',
    title: 'Create note',
    layout: 'single-file',
    timestamp: false,
    entries: [],
    now: new Date(),
  })
  const files = [
    { path: 'manifest.json', text: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { path: 'manifest.schema.json', text: await manifestJsonSchema() },
    ...names.flatMap((name) =>
      first.files.map(({ path, text }) => ({ path: join(name, path), text: withExample(text) })),
    ),
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

function namesOf(given: readonly string[]): readonly string[] {
  const wrong = given.find((name) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
  if (wrong === undefined) return given.length === 0 ? ['app'] : given
  throw new MigrateError('USAGE', `A database cannot be called ${JSON.stringify(wrong)}`, {
    hint: 'Begin with a letter, and go on with letters, digits, "_" and "-"',
  })
}

function refuseOtherPlaces({ manifest, url, migrations }: SharedOptions): void {
  const given = Object.entries({ '--manifest': manifest, '--url': url, '--migrations': migrations })
  const [option] = given.find(([, value]) => value !== undefined) ?? []
  if (option === undefined) return
  throw new MigrateError('USAGE', `init takes no ${option}: it writes databases/manifest.json`, {
    hint: 'Leave it out, and edit the manifest afterwards',
  })
}

function refuseSecondManifest(cwd: string): void {
  for (const path of [join('databases', 'manifest.json'), 'whimbrel.json']) {
    if (!existsSync(join(cwd, path))) continue
    throw new MigrateError('FILE_EXISTS', `${path} exists already`, {
      hint: 'Add a database to its "databases" and make the folder of its migrations, or run init in another folder',
      details: { file: path },
    })
  }
}

export const init: Command = {
  name: 'init',
  summary: 'Write a manifest and first migrations',
  options: [],
  examples: ['whimbrel init', 'whimbrel init --db settings --db ontology'],
  run,
}
