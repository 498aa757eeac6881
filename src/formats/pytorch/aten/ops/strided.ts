import { composites, type Dim, product, type Value } from '../../../../graph/index.ts'
import type { TensorHandle } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { alias } from './slices.ts'
import { reshaped } from './views.ts'

/**
 * Elements of the memory behind a tensor, by their distances. Only where that memory is a tensor in row-major order is it known
 * what lies where.
 */
const asStrided: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const { root } = self
  const [sizes, strides] = [args.ints('size'), args.ints('stride')]
  if (isSame(self, { sizes, strides, offset: args.optionalInt('storage_offset') })) return alias(c, self)
  if (!root.isLaidOutAsNew || !self.layout.strides || self.layout.offset === undefined)
    return c.refuse('How the elements of its input lie in memory is not known')
  const offset = args.optionalInt('storage_offset') ?? self.layout.offset
  const flat = c.reshape(root.read(), [product(root.dims)])
  const found = c.b.gather(flat, placesOf(c, { sizes, strides, offset }), { axis: 0 })
  return c.viewOrCopy(root, found, strides)
}

/** Whether it asks for what the tensor is; the stride of a single element says nothing. */
function isSame({ dims, layout }: TensorHandle, { sizes, strides, offset }: Asked): boolean {
  return (
    (offset === undefined || offset === layout.offset) &&
    sizes.length === dims.length &&
    dims.every((dim, axis) => {
      const isSameSize = dim === sizes[axis]
      return isSameSize && (dim === 1 || layout.strides?.[axis] === strides[axis])
    })
  )
}

interface Asked extends Omit<Places, 'offset'> {
  readonly offset: Dim | undefined
}

interface Places {
  readonly sizes: readonly Dim[]
  readonly strides: readonly Dim[]
  readonly offset: Dim
}

/** Where each element lies: offset + Σ index·stride. */
function placesOf(c: OperatorContext, { sizes, strides, offset }: Places): Value {
  const along = (axis: number): Value => {
    const steps = c.b.mul(composites.rangeOf(c.b, sizes[axis] ?? 1), c.size(strides[axis] ?? 1))
    return c.reshape(
      steps,
      sizes.map((size, at) => (at === axis ? size : 1)),
    )
  }
  const places = sizes
    .map((_, axis) => along(axis))
    .reduce<Value | undefined>((sum, steps) => (sum ? c.b.add(sum, steps) : steps), undefined)
  return places ? c.b.add(places, c.size(offset)) : c.size(offset)
}

/** The strides that a decomposition states are those that the sizes have. */
const reshapeAlias: Evaluate = (c, args) => {
  const self: TensorHandle = args.tensor('self')
  return reshaped(c, self, args.ints('size'))
}

/** Tensors described by the distances of their elements in memory. */
export const STRIDED: OperatorTable = { as_strided: asStrided, _reshape_alias: reshapeAlias }
