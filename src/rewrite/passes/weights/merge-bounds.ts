import { type Builder, type DType, isFloat, type Model, type Node, type Value } from '../../../graph/index.ts'
import { constantNumber } from '../../match/constants.ts'
import { builderAt, supplant } from '../../match/edit.ts'
import { isSameType } from '../../match/types.ts'
import { isReadOnlyBy } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Makes one Clip (or Relu) of two operators in turn that bound a value by constants: Clip, Relu, and Min and Max with a number.
 *
 * @example Min(Max(x, 0), 6) // Clip(x, 0, 6)
 */
export const mergeBounds: Pass = {
  name: 'merge-bounds',
  level: 'all',
  operators: [['Clip', 'Max', 'Min', 'Relu']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes()) if (merge(model, node)) merged++
    return { node: merged }
  },
}

/** `min(max(x, low), high)`. */
interface Bounds {
  readonly x: Value
  readonly low: number
  readonly high: number
}

function merge(model: Model, node: Node): boolean {
  const outer = node.output.isUsed ? boundsOf(node) : undefined
  const inner = outer && boundsOf(outer.x.producer)
  if (!outer || !inner || outer.x.producer?.graph !== node.graph || !isReadOnlyBy(outer.x, node)) return false
  const within = (bound: number): number => Math.min(Math.max(bound, outer.low), outer.high)
  const bounds = { x: inner.x, low: within(inner.low), high: within(inner.high) }
  supplant(node, bounded(builderAt(model, node), bounds))
  return true
}

function boundsOf(node: Node | undefined): Bounds | undefined {
  const read = node?.domain === '' ? READERS[node.op] : undefined
  const bounds = node && read?.(node)
  if (
    !bounds ||
    bounds.low > bounds.high ||
    bounds.low === NONE.high ||
    bounds.high === NONE.low ||
    !isSupported(bounds.x.type?.kind === 'tensor' ? bounds.x.dtype : 'string')
  )
    return undefined
  return isSameType(bounds.x, node.output) ? bounds : undefined
}

const isSupported = (dtype: DType): boolean => isFloat(dtype) || dtype === 'int32'

const NONE = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

const READERS: { readonly [op: string]: (node: Node) => Bounds | undefined } = {
  Relu: (node) => ({ ...NONE, x: node.input(0), low: 0 }),
  Clip: (node) => {
    const [low, high] = [node.inputs[1], node.inputs[2]].map((bound, at) =>
      bound ? constantNumber(bound) : at === 0 ? NONE.low : NONE.high,
    )
    return isNumber(low) && isNumber(high) ? { x: node.input(0), low, high } : undefined
  },
  Max: (node) => ofOperands(node, (bound) => ({ low: bound })),
  Min: (node) => ofOperands(node, (bound) => ({ high: bound })),
}

function ofOperands(node: Node, side: (bound: number) => Partial<Bounds>): Bounds | undefined {
  const [a, b] = node.inputs
  if (node.inputs.length !== 2 || !a || !b || a.isConstant === b.isConstant) return undefined
  const bound = constantNumber(a.isConstant ? a : b)
  return isNumber(bound) ? { ...NONE, x: a.isConstant ? b : a, ...side(bound) } : undefined
}

const isNumber = (bound: number | undefined): bound is number => bound !== undefined && !Number.isNaN(bound)

function bounded(b: Builder, { x, low, high }: Bounds): Value {
  if (low === 0 && high === Number.POSITIVE_INFINITY) return b.relu(x)
  const bound = (value: number): Value | undefined =>
    Number.isFinite(value) ? b.scalar(x.dtype, value) : undefined
  return b.clip(x, { min: bound(low), max: bound(high) })
}
