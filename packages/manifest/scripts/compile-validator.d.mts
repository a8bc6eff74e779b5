/** JavaScript of a function that says whether data fits a JSON Schema. It imports nothing. */
export function compileValidator(jsonSchema: string): string
