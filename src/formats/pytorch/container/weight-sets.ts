import type { PickleValue } from '../pickle/index.ts'
import { isTensor, membersOf } from './find-weights.ts'
import { isModule, moduleWeights } from './module-weights.ts'

/** One entry of a checkpoint that tensors lie in: weights, their average, an optimizer's state. */
export interface WeightSet {
  readonly name: string
  readonly tensors: number
}

const MAX_DEPTH = 64

/** The entries of a checkpoint that tensors lie in; none for a plain state dict or a module, which is one set itself. */
export function weightSetsOf(root: PickleValue): WeightSet[] {
  if (isModule(root)) return []
  const members = [...(membersOf(root)?.named() ?? [])]
  if (members.every(([, member]) => isTensor(member))) return []
  return members
    .filter(([, member]) => !isTensor(member))
    .map(([name, member]) => ({ name, tensors: tensorsIn(member, new Set(), 0) }))
    .filter(({ tensors }) => tensors > 0)
}

/** A value that is met again is counted once. */
function tensorsIn(value: PickleValue, seen: Set<PickleValue>, depth: number): number {
  if (isTensor(value)) return 1
  if (depth > MAX_DEPTH || seen.has(value)) return 0
  seen.add(value)
  if (isModule(value)) return moduleWeights(value).tensors.size
  let count = 0
  for (const [, member] of membersOf(value)?.entries() ?? []) count += tensorsIn(member, seen, depth + 1)
  return count
}
