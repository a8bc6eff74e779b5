import type { Bundle, Hooks, Source, StopSignal } from '@whimbrel/core'
import type { ReleaseEvent } from '@whimbrel/orchestrator'

/** What a start may do to databases: apply what is pending, nothing at all, or record without executing. */
export type Mode = 'migrate' | 'check' | 'baseline'

/** A bundle whose type says which databases it has. */
type BundleOf<Name extends string> = Bundle & {
  readonly databases: { readonly [Database in Name]: Bundle['databases'][string] }
}

/**
 * Where the databases of an application are: those of a manifest, found as the command finds it where nothing is said;
 * those of a bundle; or one given by `url` and `migrations`.
 */
export interface DatabasesOptions<Name extends string = string, Known extends string = Name> {
  /** Path of the manifest; default: WHIMBREL_MANIFEST, else the first one from `directory` upwards. */
  readonly manifest?: string | undefined
  /** Instead of a manifest: what `whimbrel bundle` wrote, with all migrations in it. No file is read then. */
  readonly bundle?: BundleOf<Known> | undefined
  /** Without a manifest: where the one database is, `sqlite:data/notes.db` or only the path. */
  readonly url?: string | undefined
  /** Without a manifest: the folder of its migrations, or any other source of them. */
  readonly migrations?: string | Source | undefined
  /** What relative paths of these options and of a bundle are relative to; default: the working directory. */
  readonly directory?: string | undefined
  /** Environment of the manifest, and for migrations that are only for some; default: WHIMBREL_ENV, else none. */
  readonly environment?: string | undefined
  /** Variables for `${NAME}` in the manifest, and instead of those named above; default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Names of the databases that it is about; default: all of the manifest. */
  readonly databases?: readonly Name[] | undefined
  /** Migrations beside those of the manifest, written in code for instance, by the name of their database. */
  readonly sources?: Readonly<Record<string, Source | readonly Source[]>> | undefined
}

/** The context of a hook, with the name of the database that the step belongs to. */
type InDatabase<Hook> = Hook extends (context: infer Context) => infer Result
  ? (context: Context & { readonly database: string }) => Result
  : never

/** Code around every step and every run, as for one database, told which database it is. */
export type DatabaseHooks = { readonly [Name in keyof Hooks]?: InDatabase<NonNullable<Hooks[Name]>> }

/** How databases are brought to where an application needs them. */
export interface MigrateOptions<Name extends string = string, Known extends string = Name>
  extends DatabasesOptions<Name, Known> {
  /**
   * `migrate` (default) applies what is pending. `check` writes nothing, and fails where anything is pending or wrong.
   * `baseline` records migrations as applied without running them.
   */
  readonly mode?: Mode | undefined
  /**
   * For `baseline`, and needed there: up to which migration. `latest` for all of every database; or an id, version or
   * unambiguous prefix by the name of the database, where the others are left as they are.
   */
  readonly baseline?: 'latest' | Readonly<Partial<Record<NoInfer<Name>, string>>> | undefined
  /** Code around every step and around the run of each database; the same for all of them. */
  readonly hooks?: DatabaseHooks | undefined
  /**
   * For how long a hook may go without a statement of its session: milliseconds, or a duration such as `5m`; default one
   * minute, 0 for any time.
   */
  readonly hookTimeout?: number | string | undefined
  /** Told everything that happens, synchronously. What it throws changes nothing. */
  readonly onEvent?: ((event: ReleaseEvent) => unknown) | undefined
  /** Stops between two statements; an AbortSignal is one. */
  readonly signal?: StopSignal | undefined
  /**
   * How long to wait while another process migrates: milliseconds, or a duration such as `30s`; default: what the
   * manifest says, else 30 seconds.
   */
  readonly lockTimeout?: number | string | undefined
  /** Agrees to the loss of rows and values; they are kept in a file first. Default false. */
  readonly allowDataLoss?: boolean | undefined
  /** Agrees to what may lose data in a protected environment, as `--yes` does for the command. Default false. */
  readonly consent?: boolean | undefined
  /** Who this is, for the records and for those who wait; default: the name of the program. */
  readonly application?: string | undefined
}
