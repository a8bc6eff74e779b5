/** The JSON Schema of a manifest as the text of a file, for editors. Loads zod. */
export async function manifestJsonSchema(): Promise<string> {
  const [{ z }, { manifestSchema }] = await Promise.all([import('zod'), import('./manifest-schema.ts')])
  const schema = z.toJSONSchema(manifestSchema, { target: 'draft-7', io: 'input' })
  return `${JSON.stringify(schema, null, 2).replace(listOfTexts, onOneLine)}\n`
}

const listOfTexts = /\[(?:\s*"(?:[^"\\]|\\.)*",?)+\s*\]/g

/** Short lists on one line, as a formatter would write them. */
function onOneLine(list: string): string {
  return list.replace(/\n\s*/g, ' ').replace('[ ', '[').replace(' ]', ']')
}
