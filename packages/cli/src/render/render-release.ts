import type { ReleaseOutput, RunOutput } from '../output.ts'
import { enumerate, type Style, widthOf } from './style.ts'

interface Released {
  readonly release: ReleaseOutput
  readonly databases: readonly RunOutput[]
}

/** What several databases have in common: of a plan its order and what it guarantees, of a run that failed who is where. */
export function renderRelease(released: Released, style: Style): string {
  const isPlan = released.databases.some(({ outcome }) => outcome === 'planned')
  const lines = isPlan ? planLines(released, style) : failureLines(released)
  return lines.map((line) => `${line}\n`).join('')
}

function planLines({ release, databases }: Released, style: Style): readonly string[] {
  if (databases.filter(({ steps }) => steps.length > 0).length < 2) return []
  return [...orderLines({ release, databases }, style), ...guarantees(release)]
}

/** The order over all databases, where it is not one database after the other as they are listed. */
function orderLines({ release, databases }: Released, style: Style): readonly string[] {
  const order = release.phases.flatMap(({ steps }) => steps)
  const listed = databases.flatMap(({ name, steps }) => steps.map(({ id }) => `${name}:${id}`))
  if (order.every(({ database, id }, index) => `${database}:${id}` === listed[index])) return []
  const stretches = stretchesOf(order)
  const width = widthOf(stretches.map(({ database }) => database))
  const digits = String(stretches.length).length
  return [
    'In this order:',
    ...stretches.map(({ database, ids }, index) => {
      const range = ids.length === 1 ? '' : ` … ${ids.at(-1)}`
      return `  ${style.dim(String(index + 1).padStart(digits))} ${database.padEnd(width)}  ${ids[0]}${range}`
    }),
  ]
}

/** Steps without another database between them; each of them is listed with its database already. */
function stretchesOf(order: ReleaseOutput['phases'][number]['steps']) {
  const stretches: { database: string; ids: string[] }[] = []
  for (const { database, id } of order) {
    const last = stretches.at(-1)
    if (last?.database === database) last.ids.push(id)
    else stretches.push({ database, ids: [id] })
  }
  return stretches
}

/** What holds when something fails or is killed: a sentence for those who go together, and for each that is alone. */
function guarantees({ mode, databases, phases }: ReleaseOutput): readonly string[] {
  const taking = databases.filter(({ name }) => phases.some((phase) => phase.databases.includes(name)))
  const together = taking.filter(({ release }) => release === 'atomic').map(({ name }) => name)
  const alone = taking.filter(({ release }) => release === 'independent')
  if (mode === 'independent')
    return [
      `${enumerate(taking.map(({ name }) => name))}: each on its own; a failure keeps what was done before it.`,
    ]
  return [
    ...(together.length === 0
      ? []
      : [`${enumerate(together)}: all or none; a crash after the decision is finished by the next command.`]),
    ...alone.map(
      ({ name, reason = 'no other database goes with it' }) =>
        `${name}: on its own, because ${reason}; what it has done stays when another one fails.`,
    ),
  ]
}

/** Where one of several failed that go together: what that means for the others. */
function failureLines({ release, databases }: Released): readonly string[] {
  const together = new Set(
    release.databases.filter((each) => each.release === 'atomic').map(({ name }) => name),
  )
  const members = databases.filter(({ name }) => together.has(name))
  const failed = members.filter(({ error }) => error !== undefined).map(({ name }) => name)
  const others = members.filter(({ error }) => error === undefined).map(({ name }) => name)
  if (failed.length === 0 || others.length === 0) return []
  const are = others.length === 1 ? 'is' : 'are'
  if (release.unfinished === true)
    return [
      `The run is decided: ${enumerate(others)} ${are} at the new state, and the next command brings ${enumerate(failed)} there.`,
    ]
  return [`${enumerate(failed)} failed: ${enumerate(others)} ${are} as before, too.`]
}
