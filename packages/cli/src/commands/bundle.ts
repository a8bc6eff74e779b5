import { type Bundle, bundleModule, MigrateError, makeBundle } from '@whimbrel/core'
import { portableManifest } from '@whimbrel/manifest'
import { BundleFile } from '../bundle-file.ts'
import type { Command, CommandContext, CommandResult } from '../command.ts'
import { placeFlags } from '../complete-hint.ts'
import { refuseTogether } from '../refuse-together.ts'
import type { Settings } from '../settings.ts'
import { findTargets } from '../target.ts'

interface Options {
  readonly out?: string
  readonly check?: string
}

async function run({ options, settings, terminal }: CommandContext<Options>): Promise<CommandResult> {
  refuseTogether({ '--out': options.out, '--check': options.check })
  const path = options.out ?? options.check
  if (path === undefined) throw withoutFile()
  const file = new BundleFile(path, terminal.cwd)
  const { selected, manifest } = await findTargets(settings, terminal)
  if (manifest === undefined) throw withoutManifest()
  const names = selected.map(({ name }) => name)
  const bundle = await makeBundle(
    portableManifest(manifest.path, names),
    selected.map(({ name, source, layout, driver, tracker }) => ({
      name,
      source,
      layout,
      dialect: driver.dialect,
      protectedTables: tracker.tables,
    })),
  )
  const text = bundleModule(bundle, file.language)
  if (options.out === undefined) file.compare(text, flagsOf(settings))
  else file.write(text)
  return {
    output: {
      ok: true,
      command: 'bundle',
      exitCode: 0,
      databases: [],
      ...(options.out !== undefined && { files: [file.shown] }),
    },
    text: `${options.out === undefined ? `${file.shown} holds` : `Written to ${file.shown}:`} ${summary(bundle)}\n`,
  }
}

/** Options that lead to the same manifest and databases. */
function flagsOf(settings: Settings): string {
  return placeFlags(settings) + settings.databases.map((name) => ` --db ${name}`).join('')
}

/** `12 migrations of settings, 1 of ontology`. */
function summary({ databases }: Bundle): string {
  return Object.entries(databases)
    .map(([name, { migrations }], index) => {
      const noun = migrations.length === 1 ? ' migration' : ' migrations'
      return `${migrations.length}${index === 0 ? noun : ''} of ${name}`
    })
    .join(', ')
}

function withoutFile(): MigrateError {
  return new MigrateError('USAGE', 'bundle needs a file to write or to check', {
    hint: 'Name it: whimbrel bundle --out migrations.mjs, or whimbrel bundle --check migrations.mjs',
  })
}

function withoutManifest(): MigrateError {
  return new MigrateError('USAGE', 'bundle takes a manifest along, and --url does without one', {
    hint: 'Write a manifest with "whimbrel init", and leave --url and --migrations out',
  })
}

export const bundle: Command = {
  name: 'bundle',
  summary: 'Write manifest and migrations into one module',
  options: [
    { flags: '--out <file>', description: 'the module: .mjs, .js, .ts or .mts' },
    { flags: '--check <file>', description: 'exit 3 unless the module is what the folders give now' },
  ],
  examples: ['whimbrel bundle --out migrations.mjs', 'whimbrel bundle --db settings --out settings.ts'],
  run,
}
