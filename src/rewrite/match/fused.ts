import { type Builder, createBuilder, type Model, type Node, type Value } from '../../graph/index.ts'
import type { FusedOperator, TargetCapabilities } from '../../targets/index.ts'

/** Whether the target gains by the operator for a value of this dtype. */
export function gainsBy(target: TargetCapabilities, op: FusedOperator, value: Value): boolean {
  const { gains, dtypes } = target.fused[op]
  return gains && value.type?.kind === 'tensor' && dtypes.includes(value.type.dtype)
}

/** Same dtype, and dims that are identical: then an operator that keeps its input's type may stand for the nodes between the two. */
export function sameType(a: Value, b: Value): boolean {
  if (a.type?.kind !== 'tensor' || b.type?.kind !== 'tensor') return false
  const [left, right] = [a.type.dims, b.type.dims]
  if (!left || !right || left.length !== right.length || a.type.dtype !== b.type.dtype) return false
  return left.every((dim, axis) => dim === right[axis])
}

/** Builds where `node` stands, and cites what it cites. */
export function builderAt(model: Model, node: Node): Builder {
  const b = createBuilder(model, { graph: node.graph, before: node })
  b.origin = node.origin
  return b
}

/** Numbers that a file may have rounded to the dtype that it computes in, or printed with seven digits. */
export function isAbout(value: number, wanted: number, dtype: string): boolean {
  const tolerance = dtype === 'float64' ? 1e-9 : dtype === 'float32' ? 2e-6 : 2e-3
  return Math.abs(value - wanted) <= tolerance * Math.max(Math.abs(wanted), 1e-3)
}
