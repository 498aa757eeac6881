import type { ModelId } from '../model-id.ts'

/**
 * The ambient module names that an import, as it is written, shall match. TypeScript allows no relative ambient names, and of
 * two patterns that match takes the one with the longer text before its `*`, else the one declared first: so each import
 * gets `*` and as much of its own path as it spells out, and the longest patterns are declared first.
 *
 * @example
 * modulePatterns({ path: '../models/net.pth', query: 'quant=int8' }) // ['*\/models/net.pth?quant=int8']
 */
export function modulePatterns({ path, query }: ModelId): string[] {
  const tail = query === '' ? '' : `?${query}`
  // A pattern holds one asterisk, and a control character has no place in a module name.
  if (/[*\p{Cc}]/u.test(path + tail)) return []
  return tails(path).map((segments) => `*/${segments.join('/')}${tail}`)
}

function tails(path: string): string[][] {
  const segments = path.split('/').filter((segment) => segment !== '')
  const isRelative = path.startsWith('./') || path.startsWith('../')
  if (isRelative) return [segments.filter((segment) => segment !== '.' && segment !== '..')]
  // An alias (`@/models/net.pth`) has been replaced by the host before we see it: what was written is not known but for its end.
  const name = segments.slice(-1)
  const withFolder = segments.slice(-2)
  return withFolder.length > name.length ? [withFolder, name] : [name]
}
