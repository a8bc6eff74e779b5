import { dirname, resolve } from 'node:path'
import { MigrateError, suggest } from '@whimbrel/core'
import type { Node } from 'jsonc-parser'
import { checkStructure } from './check-structure.ts'
import { DatabaseSettings } from './database-settings.ts'
import { findSharedPlaces, type SharedPlace } from './find-shared-place.ts'
import validateManifest from './generated/validate-manifest.js'
import { type Property, properties, property, quote, toData } from './json-node.ts'
import { type DatabaseEntry, type Manifest, type Release, releases } from './manifest.ts'
import { parseDocument } from './manifest-document.ts'
import { ManifestProblems } from './manifest-problems.ts'
import { readManifestText } from './manifest-text.ts'
import { readChoice } from './read-setting.ts'
import { resolveDatabase } from './resolve-database.ts'

export interface ReadManifestOptions {
  /** Variables for `${NAME}`: usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Environment to select; absent for none. An empty name is an unknown environment. */
  readonly environment?: string | undefined
}

export interface ParseManifestOptions extends ReadManifestOptions {
  /** Folder that its paths are relative to. */
  readonly directory: string
  /** What the text is called in messages, and `path` of the manifest; default `(text)`. */
  readonly file?: string | undefined
}

interface Context {
  readonly file: string
  readonly directory: string
  readonly root: Node
  readonly problems: ManifestProblems
  readonly options: ReadManifestOptions
}

/**
 * The manifest in a file: validated, variables filled in, the environment's changes applied, paths absolute, every
 * default in place. It opens no database. Everything that is wrong is told in one error: the first problem is its
 * message, the others are in `details.problems`; `details` also holds file, line, column and JSON path.
 *
 * @throws MANIFEST_NOT_FOUND, MANIFEST_INVALID, MANIFEST_VARIABLE, ENVIRONMENT_UNKNOWN, DRIVER_UNKNOWN
 */
export async function readManifest(path: string, options: ReadManifestOptions): Promise<Manifest> {
  const file = resolve(path)
  return parseManifest(readManifestText(file), { ...options, file, directory: dirname(file) })
}

/**
 * The manifest in a text, which a bundle holds for instance: the same as `readManifest`, with paths relative to a folder
 * that the caller names.
 *
 * @throws MANIFEST_INVALID, MANIFEST_VARIABLE, ENVIRONMENT_UNKNOWN, DRIVER_UNKNOWN
 */
export async function parseManifest(text: string, options: ParseManifestOptions): Promise<Manifest> {
  const { file = '(text)' } = options
  const directory = resolve(options.directory)
  const root = parseDocument(file, text)
  const context: Context = { file, directory, root, problems: new ManifestProblems(file, text), options }
  await checkForm(context)
  const environment = selectEnvironment(context)
  const databases = resolveDatabases(context, environment)
  const release = readRelease(context)
  context.problems.throwIfAny()
  return {
    path: file,
    directory,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    protected: property(environment, 'protected')?.value === true,
    release,
    databases,
  }
}

/**
 * The compiled validator only says yes or no; zod is loaded when there is something to explain. What is found is
 * not thrown yet: parts that are well-formed are read on, so that their problems are told together with these.
 */
async function checkForm({ root, problems }: Context): Promise<void> {
  checkStructure(root, problems)
  if (!validateManifest(toData(root))) {
    const { explainSchema } = await import('./explain-schema.ts')
    explainSchema(root, problems)
  }
}

function selectEnvironment({ file, root, problems, options }: Context): Node | undefined {
  const name = options.environment
  if (name === undefined) return undefined
  const environments = properties(property(root, 'environments'))
  const selected = environments.find(({ key }) => key === name)
  if (selected !== undefined) return selected.value
  problems.throwIfAny()
  const known = environments.map(({ key }) => key)
  throw new MigrateError('ENVIRONMENT_UNKNOWN', `The manifest ${file} has no environment ${quote(name)}`, {
    hint: unknownEnvironmentHint(name, known),
    details: { file, environment: name, known },
  })
}

function unknownEnvironmentHint(name: string, known: readonly string[]): string {
  if (known.length === 0) return `Add "environments": { ${quote(name)}: {} } to the manifest, or select none`
  const near = suggest(name, known)
  return `${near === undefined ? '' : `Did you mean ${quote(near)}? `}Known: ${known.join(', ')}`
}

function resolveDatabases(context: Context, environment: Node | undefined): readonly DatabaseEntry[] {
  const { directory, root, problems, options } = context
  const overrides = properties(property(environment, 'databases'))
  const all = properties(property(root, 'databases')).flatMap((database) => {
    const override = overrides.find(({ key }) => key === database.key)
    if (isReported(database, problems) || (override && isReported(override, problems))) return []
    const settings = new DatabaseSettings(database.key, { env: options.env, problems })
    settings.add(database.value)
    settings.add(override?.value)
    return [settings]
  })
  const databases = all.flatMap((settings) => resolveDatabase(settings, directory) ?? [])
  for (const place of findSharedPlaces(databases)) {
    all.find(({ name }) => name === place.second.name)?.report('url', sharedPlaceProblem(place))
  }
  return databases
}

function sharedPlaceProblem({ first, second }: SharedPlace) {
  const what = second.path === undefined ? 'server database and the same table' : 'file'
  return {
    text: `is the same ${what} as database ${quote(first.name)}: ${second.displayUrl}`,
    hint: 'Give each database a place of its own, or remove one of the two',
  }
}

function readRelease({ root, problems, options }: Context): Release {
  const release = properties(root).find(({ key }) => key === 'release')
  if (release === undefined || isReported(release, problems)) return 'atomic'
  return readChoice(release.value, releases, { env: options.env, problems }) ?? 'atomic'
}

function isReported({ keyNode, value }: Property, problems: ManifestProblems): boolean {
  return problems.within(keyNode.offset, value.offset + value.length)
}
