import { relative } from 'node:path'

/** Relative to where the user is, when that is shorter. */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path)
  return inside.length < path.length && !inside.startsWith('..') ? inside : path
}
