import type { OptionSpec } from './command.ts'

/** Options that every command takes. */
export const sharedOptions: readonly OptionSpec[] = [
  { flags: '--db <name>', description: 'this database; may be repeated (default: all)' },
  { flags: '--env <name>', description: 'environment of the manifest' },
  { flags: '--manifest <file>', description: 'manifest to use' },
  { flags: '--url <url>', description: 'one database without a manifest, sqlite:app.db for instance' },
  { flags: '--migrations <dir>', description: 'with --url: its folder of migrations' },
  { flags: '--yes', description: 'agree to what can lose data in a protected environment' },
  { flags: '--json', description: 'print one JSON document' },
  { flags: '--lock-timeout <duration>', description: 'how long to wait for another run (default 30s)' },
  { flags: '--busy-timeout <duration>', description: 'how long to wait for a locked database (default 5s)' },
  { flags: '--log-level <level>', description: 'silent, error, warn, info or debug, on stderr' },
  { flags: '--log-format <format>', description: 'pretty or json' },
  { flags: '--no-color', description: 'no colours' },
  { flags: '--quiet', description: 'print only errors' },
]
