import { add, composites, type Value } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { type TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { selected, slicedAlong, TO_THE_END } from './slices.ts'
import { unsqueezed } from './views.ts'

/** A tensor with at least so many dims: itself, or a view. */
function atLeast(c: OperatorContext, x: TensorHandle, rank: 1 | 2 | 3): TensorHandle {
  if (x.rank >= rank) return x
  // Of three dims a vector is the middle one, and a matrix the first two.
  const axes = { 1: [0], 2: x.rank === 0 ? [0, 1] : [0], 3: [[0, 1, 2], [0, 2], [2]][x.rank] ?? [] }[rank]
  return axes.reduce((grown, axis) => unsqueezed(c, grown, axis), x)
}

const atLeastOf =
  (rank: 1 | 2 | 3): Evaluate =>
  (c, args) =>
    args.has('tensors')
      ? tuple(args.tensors('tensors').map((x) => atLeast(c, x, rank)))
      : atLeast(c, args.tensor('self'), rank)

const depthStack: Evaluate = (c, args) =>
  c.interpreter.operator('cat', [
    tuple(args.tensors('tensors').map((x) => atLeast(c, x, 3))),
    { kind: 'int', value: 2 },
  ])

/** Vectors become columns. */
const columnStack: Evaluate = (c, args) => {
  const columns = args.values('tensors').map((x) => {
    if (x.rank >= 2) return c.wrap(x)
    return c.wrap(c.b.reshape(x, c.b.int64s([-1, 1])))
  })
  return c.interpreter.operator('cat', [tuple(columns), { kind: 'int', value: 1 }])
}

/** Into so many parts, the first of which are one larger; or at these places. */
const tensorSplit: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const places = args.has('indices')
    ? args.ints('indices')
    : evenPlaces(c, self, axis, args.number('sections'))
  const ends = [...places, TO_THE_END]
  return tuple(
    ends.map((end, at) =>
      slicedAlong(c, self, axis, { start: at === 0 ? 0 : (ends[at - 1] ?? 0), end, step: 1 }),
    ),
  )
}

/** Places between even parts; how large a dynamic dim is, is taken from its hint. */
function evenPlaces(c: OperatorContext, self: TensorHandle, axis: number, count: number): number[] {
  const size = concrete(c.session, self.dims[axis] ?? 1)
  const [least, larger] = [Math.floor(size / count), size % count]
  return Array.from({ length: count - 1 }, (_, at) => (at + 1) * least + Math.min(at + 1, larger))
}

/** A quarter turn of two dims, `k` times. */
const quarterTurns: Evaluate = (c, args) => {
  const x = args.value('self')
  const [first = 0, second = 1] = args.numbers('dims').map((axis) => c.axis(axis, x.rank))
  const turns = ((args.number('k') % 4) + 4) % 4
  if (turns === 0) return c.wrap(x)
  if (turns === 2) return c.wrap(composites.flip(c.b, x, [first, second]))
  const flipped = composites.flip(c.b, x, [turns === 1 ? second : first])
  return c.wrap(composites.swapAxes(c.b, flipped, first, second))
}

/** A copy of the tensor with one view of it replaced. */
const replaced =
  (
    viewOf: (
      c: OperatorContext,
      copy: TensorHandle,
      axis: number,
      args: Parameters<Evaluate>[1],
    ) => TensorHandle,
  ): Evaluate =>
  (c, args) => {
    const copy = c.wrap(args.value('self'))
    const view = viewOf(c, copy, c.axis(args.number('dim'), copy.rank), args)
    view.write(c.b.expand(c.cast(args.value('src'), copy.dtype), c.dims(view.dims)))
    return copy
  }

/** Elements by their place in the flattened tensor. */
const take: Evaluate = (c, args) => {
  const flat = c.b.reshape(args.value('self'), c.b.int64s([-1]))
  return c.wrap(c.b.gather(flat, args.value('index'), { axis: 0 }))
}

/** The n-th true element of the mask gets the n-th element of the source. */
const maskedScatter: Evaluate = (c, args) => {
  const x = args.value('self')
  const mask = c.b.expand(c.cast(args.value('mask'), 'bool'), c.dims(x.dims))
  const counts = c.b.cumSum(c.b.reshape(c.cast(mask, 'int64'), c.b.int64s([-1])), c.number(0, 'int64'))
  const places = c.b.max([c.b.sub(counts, c.number(1, 'int64')), c.number(0, 'int64')])
  const source = c.b.reshape(c.cast(args.value('source'), x.dtype), c.b.int64s([-1]))
  const picked = c.reshape(c.b.gather(source, places, { axis: 0 }), x.dims)
  return c.wrap(c.b.where(mask, picked, x))
}

/** All pairs of elements, one a row. */
const cartesianProduct: Evaluate = (c, args) => {
  const tensors = args.values('tensors')
  const sizes = tensors.map((x) => x.dims[0] ?? 1)
  if (tensors.length < 2) return args.tensors('tensors')[0] ?? c.fail('there is nothing to combine')
  const columns = tensors.map((x, at) => {
    const apart = c.reshape(
      x,
      sizes.map((size, axis) => (axis === at ? size : 1)),
    )
    return c.b.reshape(c.b.expand(apart, c.dims(sizes)), c.b.int64s([-1, 1]))
  })
  return c.wrap(c.b.concat(columns, { axis: 1 }))
}

/** Differences of neighbours along a dim, again and again; what is put before and behind counts as elements. */
const differences: Evaluate = (c, args) => {
  const self = args.value('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const parts = [args.optionalValue('prepend'), self, args.optionalValue('append')]
  const given = parts.filter((part) => part !== undefined)
  const joined = given.length > 1 ? c.b.concat(given, { axis }) : self
  const times = Array.from({ length: args.number('n') }, () => axis)
  return c.wrap(times.reduce((x, along) => steps(c, x, along), joined))
}

function steps(c: OperatorContext, x: Value, axis: number): Value {
  const size = x.dims[axis] ?? 1
  if (size === 0) return x
  const later = composites.slice(c.b, x, axis, { start: 1 })
  const earlier = composites.narrow(c.b, x, axis, 0, add(size, -1))
  return x.dtype === 'bool' ? c.b.xor(later, earlier) : c.b.sub(later, earlier)
}

/** Tensors put together, taken apart and rearranged. */
export const ASSEMBLY: OperatorTable = {
  atleast_1d: atLeastOf(1),
  atleast_2d: atLeastOf(2),
  atleast_3d: atLeastOf(3),
  dstack: depthStack,
  column_stack: columnStack,
  tensor_split: tensorSplit,
  rot90: quarterTurns,
  slice_scatter: replaced((c, copy, axis, args) =>
    slicedAlong(c, copy, axis, {
      start: args.optionalInt('start') ?? 0,
      end: args.optionalInt('end') ?? TO_THE_END,
      step: args.number('step'),
    }),
  ),
  select_scatter: replaced((c, copy, axis, args) => selected(c, copy, axis, args.int('index'))),
  take,
  masked_scatter: maskedScatter,
  cartesian_prod: cartesianProduct,
  diff: differences,
}
