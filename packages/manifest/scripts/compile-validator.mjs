import { Ajv } from 'ajv'
import standaloneCode from 'ajv/dist/standalone/index.js'

/**
 * JavaScript of a function that says whether data fits a JSON Schema. It imports nothing.
 *
 * @param {string} jsonSchema
 * @returns {string}
 */
export function compileValidator(jsonSchema) {
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: true },
    messages: false,
    inlineRefs: false,
    allowUnionTypes: true,
  })
  const code = standaloneCode.default(ajv, ajv.compile(JSON.parse(jsonSchema, withoutProse)))
  if (/\brequire\(|^import /m.test(code))
    throw new Error('the validator would need another package at run time')
  return `// Generated from manifest-schema.ts; "pnpm generate" writes it anew.\n${code}`
}

/** Leaves out what is only for people, so that the validator does not carry it. */
function withoutProse(key, value) {
  const prose = ['title', 'description', 'default'].includes(key) && typeof value !== 'object'
  return prose || (key === 'examples' && Array.isArray(value)) ? undefined : value
}
