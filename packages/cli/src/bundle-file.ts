import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, relative, resolve } from 'node:path'
import { bundleModuleMark, MigrateError, type ModuleLanguage } from '@whimbrel/core'

const languages: Readonly<Record<string, ModuleLanguage>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.mts': 'typescript',
  '.ts': 'typescript',
}

/** The module of a bundle on disk. */
export class BundleFile {
  /** As shown to people. */
  readonly shown: string
  readonly language: ModuleLanguage
  readonly #path: string

  /** Throws USAGE for a name that is not that of a module. */
  constructor(path: string, cwd: string) {
    const language = languages[extname(path)]
    if (language === undefined) throw noModule(path)
    this.language = language
    this.#path = resolve(cwd, path)
    this.shown = relative(cwd, this.#path)
  }

  /** Writes the module whole or not at all. Throws BUNDLE_INVALID where something else stands there. */
  write(text: string): void {
    const there = this.#read()
    if (there === text) return
    if (there !== undefined && !isBundle(there)) throw this.#somethingElse()
    const beside = `${this.#path}.${process.pid}.tmp`
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(beside, text, { flag: 'wx' })
      renameSync(beside, this.#path)
    } catch (error) {
      rmSync(beside, { force: true })
      throw this.#unusable('written', error)
    }
  }

  /**
   * Throws BUNDLE_OUTDATED unless the file holds this text, and BUNDLE_INVALID where something else stands there; a
   * checkout may have changed its line endings. `flags` lead the command of the hint to the same databases.
   */
  compare(text: string, flags: string): void {
    const there = this.#read()
    if (there?.replaceAll('\r\n', '\n') === text) return
    if (there !== undefined && !isBundle(there)) throw this.#somethingElse()
    const what = there === undefined ? 'is not there' : 'is not what manifest and folders give now'
    throw new MigrateError('BUNDLE_OUTDATED', `${this.shown} ${what}`, {
      hint: `Run "whimbrel bundle --out ${this.shown}${flags}" and commit the file`,
      details: { file: this.shown },
    })
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw this.#unusable('read', error)
    }
  }

  #somethingElse(): MigrateError {
    return new MigrateError('BUNDLE_INVALID', `${this.shown} is no bundle`, {
      hint: 'Choose another name, or remove the file: only what "whimbrel bundle" wrote is written over',
      details: { file: this.shown },
    })
  }

  #unusable(how: 'read' | 'written', cause: unknown): MigrateError {
    return new MigrateError('USAGE', `${this.shown} cannot be ${how}: ${(cause as Error).message}`, {
      hint: 'Check the path, the rights on its folder, and the room on its disk',
      details: { file: this.shown },
      cause,
    })
  }
}

function isBundle(text: string): boolean {
  return text.split(/\r?\n/, 1)[0] === bundleModuleMark
}

function noModule(path: string): MigrateError {
  return new MigrateError('USAGE', `${path} is not the name of a module`, {
    hint: `Let it end in ${Object.keys(languages).join(', ')}`,
    details: { file: path },
  })
}
