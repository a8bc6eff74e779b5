import { isOwn } from './case.ts'
import type { Result } from './result.ts'
import { table } from './table.ts'

interface Sum {
  readonly name: string
  readonly results: readonly Result[]
}

/** Everything that was tried, as tables: whimbrel first, then the runners that have to be caught. */
export function summaryOf(results: readonly Result[]): string {
  const [own, wrong] = [
    results.filter((result) => isOwn(result.case)),
    results.filter((result) => !isOwn(result.case)),
  ]
  const parts = [overview(own), controls(wrong), details(own)]
  return parts.filter((part) => part !== '').join('\n')
}

function overview(results: readonly Result[]): string {
  if (results.length === 0) return ''
  const rows = grouped(
    results,
    ({ scenario, point }) => titleOf(scenario) + processesOf(scenario, point),
  ).map(({ name, results: some }) => [name, ...figures(some), sortsOf(some)])
  return table(['what happened', 'points', 'states judged', 'wrong', 'what was found'], rows, 1)
}

function controls(results: readonly Result[]): string {
  if (results.length === 0) return ''
  const rows = grouped(
    results,
    ({ scenario, case: name }) => `${name.split(':')[0]} | ${titleOf(scenario)}`,
  ).map(({ name, results: some }) => [...name.split(' | '), ...figures(some), wrongsOf(some)])
  return table(['runner', 'what happened', 'points', 'states judged', 'wrong', 'caught as'], rows, 2)
}

function details(results: readonly Result[]): string {
  const rows = grouped(results, ({ scenario, case: name }) => `${titleOf(scenario)} | ${name}`).map(
    ({ name, results: some }) => [...name.split(' | '), ...figures(some)],
  )
  return rows.length === 0
    ? ''
    : table(['what happened', 'case', 'points', 'states judged', 'wrong'], rows, 2)
}

function figures(results: readonly Result[]): [points: string, states: string, wrong: string] {
  const hits = results.filter(({ hit }) => hit)
  const states = hits.reduce((sum, result) => sum + result.states, 0)
  return [
    format(hits.length),
    format(states),
    format(results.filter(({ wrong }) => wrong !== undefined).length),
  ]
}

function wrongsOf(results: readonly Result[]): string {
  return counted(results.map(({ wrong }) => wrong))
}

function sortsOf(results: readonly Result[]): string {
  const found = counted(results.filter(({ hit }) => hit).map(({ left }) => left))
  const wrong = wrongsOf(results)
  return [found, wrong === '' ? '' : `wrong: ${wrong}`].filter((part) => part !== '').join('; ') || '–'
}

function counted(words: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>()
  for (const word of words) if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${format(count)} ${word}`)
    .join(', ')
}

function grouped(results: readonly Result[], nameOf: (result: Result) => string): readonly Sum[] {
  const groups = new Map<string, Result[]>()
  for (const result of results) {
    const name = nameOf(result)
    const group = groups.get(name) ?? []
    group.push(result)
    groups.set(name, group)
  }
  return [...groups].map(([name, some]) => ({ name, results: some }))
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}

const titles: Readonly<Record<string, string>> = {
  kill: 'kill -9 at a system call',
  'kill at a call to a server': 'kill -9 at a call that reaches a server or a file',
  'kill at a moment': 'kill -9 at a random moment',
  'kill after the decision': 'kill -9 at a random moment after the decision',
  'kill of a recovery': 'kill -9 at a system call of a recovery',
  'full disk': 'a disk with little room',
  'two manifests': 'two manifests with one database in common, both killed',
  io: 'a system call fails',
  power: 'loss of power',
  races: 'several processes at once',
  hostile: 'a file that attacks the runner',
  'stopped holder': 'holder of the lock stopped',
  'killed holder': 'holder of the lock stopped, then killed',
  'session ended': 'the server ends a session at a random moment',
  'client killed': 'kill -9 of the client at a random moment',
  removed: 'database removed during a run',
  replaced: 'database replaced during a run',
}

/** Races are listed by how many took part. */
function processesOf(scenario: string, point: string): string {
  return scenario === 'races' ? `: ${point.split(',')[0]}` : ''
}

function titleOf(scenario: string): string {
  return titles[scenario] ?? scenario
}
