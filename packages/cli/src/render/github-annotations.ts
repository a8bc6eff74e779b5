/** Something that belongs beside a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  /** Relative to the working directory. */
  readonly file?: string | undefined
  /** 1-based. */
  readonly line?: number | undefined
  readonly title: string
  readonly message: string
}

/**
 * Workflow commands of GitHub Actions, a line for each, that show annotations beside the lines of a pull request.
 * What they mean by themselves, line ends and in properties `:` and `,`, is escaped as its documentation says.
 */
export function githubAnnotations(annotations: readonly Annotation[]): string {
  return annotations.map((annotation) => `${workflowCommand(annotation)}\n`).join('')
}

function workflowCommand({ level, file, line, title, message }: Annotation): string {
  const properties = Object.entries({ file, line, title }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  )
  return `::${level} ${properties.join(',')}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
