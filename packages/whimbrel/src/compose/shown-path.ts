import { isAbsolute, relative } from 'node:path'

/** A path for people: relative to where they are, unless that leads far away. */
export function shownPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path
  const near = relative(cwd, path)
  return near.startsWith('../..') || near === '' ? path : near
}
