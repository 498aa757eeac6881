import {
  DictValue,
  ListValue,
  NONE,
  type PyValue,
  str,
  type TupleValue,
  tuple,
} from '../../evaluator/values/index.ts'
import type { Argument } from '../../exported/program/program.ts'
import { leafPaths, type TreeSpec } from '../../exported/program/tree-spec.ts'
import { outputNames } from '../outputs.ts'

/** The value that a call gives, put together of its parts. */
export function callResult(parts: readonly PyValue[], tree: TreeSpec | undefined): PyValue {
  if (!tree || leafPaths(tree).length !== parts.length) return tuple(parts)
  let at = 0
  return assembled(tree, () => parts[at++] ?? NONE)
}

function assembled(tree: TreeSpec, next: () => PyValue): PyValue {
  if (tree.kind === 'leaf') return next()
  const items = tree.children.map((child) => assembled(child, next))
  if (tree.type === 'list') return new ListValue(items)
  if (tree.keys === undefined) return tuple(items)
  if (tree.type === 'namedtuple') return namedTuple(items, tree.keys)
  return new DictValue(items.map((item, index) => [str(tree.keys?.[index] ?? String(index)), item]))
}

const namedTuple = (items: readonly PyValue[], fields: readonly string[]): TupleValue => ({
  kind: 'tuple',
  items,
  fields,
})

/** The results that become outputs, under the names that they get. */
export function namedResults(
  results: readonly Argument[],
  tree: TreeSpec | undefined,
  inputs: readonly string[],
): { readonly name: string; readonly argument: Argument }[] {
  const known = tree && leafPaths(tree)
  const paths = known?.length === results.length ? known : results.map((_, index) => [String(index)])
  const found = results.flatMap((argument, index) =>
    BECOME_OUTPUTS.has(argument.kind) ? [{ argument, path: paths[index] ?? [] }] : [],
  )
  const names = outputNames(
    found.map(({ path }) => path),
    inputs,
  )
  return found.map(({ argument }, index) => ({ name: names[index] ?? '', argument }))
}

const BECOME_OUTPUTS: ReadonlySet<Argument['kind']> = new Set(['tensor', 'symbol', 'int'])
