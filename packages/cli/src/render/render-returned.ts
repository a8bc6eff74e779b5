import type { ReturnOutput } from '../output.ts'
import { count } from './style.ts'

/** What became of the rows of a file. */
export function renderReturned({ name, migration, returned, alreadyThere }: ReturnOutput): string {
  const verb = returned === 1 ? 'is' : 'are'
  const there = alreadyThere === 1 ? '1 was there already' : `${alreadyThere} were there already`
  const rest = alreadyThere === 0 ? '' : `; ${there}`
  if (returned === 0) return `${name}: nothing was changed${rest}\n`
  return `${name}: ${count(returned, 'row')} that ${migration} took away ${verb} back${rest}\n`
}
