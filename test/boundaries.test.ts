import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Which packages each one may use; arrows point down, siblings do not know each other. */
const allowed: Record<string, readonly string[]> = {
  checks: ['core'],
  core: [],
  manifest: ['core'],
  'mysql-driver': ['core'],
  orchestrator: ['core', 'rollback-manager'],
  'postgres-driver': ['core'],
  'rollback-manager': ['core'],
  'sqlite-driver': ['core'],
  testing: ['core'],
  'version-tracker': ['core'],
  whimbrel: [
    'checks',
    'core',
    'manifest',
    'mysql-driver',
    'orchestrator',
    'postgres-driver',
    'rollback-manager',
    'sqlite-driver',
    'version-tracker',
  ],
  cli: [
    'checks',
    'core',
    'manifest',
    'orchestrator',
    'rollback-manager',
    'sqlite-driver',
    'version-tracker',
    'whimbrel',
  ],
}

interface PackageJson {
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

function packageJson(name: string): PackageJson {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
}

/** Sources of one package that are not tests. */
function sources(name: string): string[] {
  const folder = join('packages', name, 'src')
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /(?<!\.test)\.ts$/.test(file)).map((file) => join(folder, file))
}

function imports(name: string): string[] {
  return sources(name).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^'.][^']*)'/g)].map(
      ([, specifier]) => specifier ?? '',
    )
  })
}

const own = (specifiers: readonly string[]) =>
  [
    ...new Set(
      specifiers.filter((name) => name.startsWith('@whimbrel/')).map((name) => name.split('/')[1] ?? ''),
    ),
  ].sort()

describe('the direction of dependencies', () => {
  it('knows every package', () => {
    const names = readdirSync(join(root, 'packages'))
    expect(names.sort()).toEqual(Object.keys(allowed).sort())
  })

  it.each(Object.keys(allowed))('lets %s import only what lies below it', (name) => {
    for (const used of own(imports(name))) expect([name, ...(allowed[name] ?? [])]).toContain(used)
  })

  it.each(Object.keys(allowed))('lets %s depend only on what lies below it', (name) => {
    const { dependencies = {}, peerDependencies = {} } = packageJson(name)
    for (const used of own(Object.keys({ ...dependencies, ...peerDependencies })))
      expect(allowed[name]).toContain(used)
  })

  it('keeps core without any dependency', () => {
    const { dependencies = {}, peerDependencies = {} } = packageJson('core')
    expect({ ...dependencies, ...peerDependencies }).toEqual({})
    const outside = imports('core').filter((specifier) => !specifier.startsWith('node:'))
    expect(outside).toEqual([])
  })

  it('keeps the file system in core/fs and the process in core/process', () => {
    const touching = sources('core').filter((file) =>
      /node:(fs|os|child_process|net)/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(touching.filter((file) => !/[\\/]src[\\/](fs|process)[\\/]/.test(file))).toEqual([])
  })
})
