// Writes what is generated from src/manifest-schema.ts: the JSON Schema, its copy beside the example manifest, and
// the compiled validator.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'tsup'
import { compileValidator } from './compile-validator.mjs'

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const outDir = await mkdtemp(join(tmpdir(), 'whimbrel-'))

try {
  // Node 20 does not read TypeScript.
  await build({
    entry: [here('src/manifest-json-schema.ts')],
    outDir,
    format: 'esm',
    noExternal: [/./],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['@whimbrel/source']
    },
    config: false,
    silent: true,
  })
  const { manifestJsonSchema } = await import(pathToFileURL(join(outDir, 'manifest-json-schema.mjs')).href)
  const schema = await manifestJsonSchema()
  await mkdir(here('src/generated'), { recursive: true })
  await writeFile(here('manifest.schema.json'), schema)
  await writeFile(here('../../databases/manifest.schema.json'), schema)
  await writeFile(here('src/generated/validate-manifest.js'), compileValidator(schema))
} finally {
  await rm(outDir, { recursive: true, force: true })
}
