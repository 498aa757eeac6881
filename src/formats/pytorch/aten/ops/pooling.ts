import { composites, type Dim, type Value } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { type PyValue, tuple } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Window geometry; an empty stride is the kernel's size. */
function windowOf(args: Arguments) {
  const strides = args.numbers('stride')
  return {
    kernel: args.numbers('kernel_size'),
    strides: strides.length === 0 ? undefined : strides,
    padding: args.numbers('padding'),
    ceil: args.bool('ceil_mode'),
  }
}

const maxPool: Evaluate = (c, args) =>
  c.wrap(
    composites.maxPool(c.b, args.value('self'), { ...windowOf(args), dilations: args.numbers('dilation') }),
  )

const maxPoolWithIndices: Evaluate = (c, args) => {
  const options = { ...windowOf(args), dilations: args.numbers('dilation') }
  return c.wrapAll(...composites.maxPoolWithIndices(c.b, args.value('self'), options))
}

/** `F.avg_pool2d(x, x.size()[2:])`: one window over all of it, whatever its size. */
function isGlobal(args: Arguments): boolean {
  const kernel = args.ints('kernel_size')
  const spatial = args.tensor('self').dims.slice(-kernel.length)
  return (
    !args.has('divisor_override') &&
    kernel.some((size) => typeof size !== 'number') &&
    kernel.every((size, axis) => size === spatial[axis]) &&
    args.ints('padding').every((padding) => padding === 0)
  )
}

const averagePool: Evaluate = (c, args) => {
  if (isGlobal(args)) {
    const sizes = args.ints('kernel_size').map(() => 1)
    return c.wrap(composites.adaptiveAveragePool(c.b, args.value('self'), sizes))
  }
  const divisor = args.optionalNumber('divisor_override')
  const options = { ...windowOf(args), countIncludePad: args.bool('count_include_pad'), divisor }
  return c.wrap(composites.averagePool(c.b, args.value('self'), options))
}

/** Wanted sizes, one an axis; None, and a size that the axis has already, keep it. */
function adaptiveSizes(c: OperatorContext, args: Arguments, axes: number): (number | undefined)[] {
  const given = args.get('output_size')
  const items = given.kind === 'list' || given.kind === 'tuple' ? given.items : [given]
  const spatial = args.tensor('self').dims.slice(-axes)
  return spatial.map((extent, axis) => {
    const item = items.length === 1 ? items[0] : items[axis]
    const size: Dim = item?.kind === 'int' ? item.value : extent
    return size === extent ? undefined : concrete(c.session, size)
  })
}

const adaptiveAverage =
  (axes: number): Evaluate =>
  (c, args) =>
    c.wrap(composites.adaptiveAveragePool(c.b, args.value('self'), adaptiveSizes(c, args, axes)))

const adaptiveMax =
  (axes: number): Evaluate =>
  (c, args) => {
    const [x, sizes] = [args.value('self'), adaptiveSizes(c, args, axes)]
    return tuple([c.wrap(composites.adaptiveMaxPool(c.b, x, sizes)), adaptiveIndices(c, x, sizes)])
  }

/** Places of the maxima. They are nodes of their own, which go where nobody reads them. */
function adaptiveIndices(c: OperatorContext, x: Value, sizes: readonly (number | undefined)[]): PyValue {
  const places = composites.adaptiveMaxPoolIndices(c.b, x, sizes)
  return places ? c.wrap(places) : { kind: 'opaque', reason: 'indices of adaptive pooling to uneven windows' }
}

/** Pooling in 1, 2 and 3 dims. */
export const POOLING: OperatorTable = {
  max_pool1d: maxPool,
  max_pool2d: maxPool,
  max_pool3d: maxPool,
  max_pool1d_with_indices: maxPoolWithIndices,
  max_pool2d_with_indices: maxPoolWithIndices,
  max_pool3d_with_indices: maxPoolWithIndices,
  avg_pool1d: averagePool,
  avg_pool2d: averagePool,
  avg_pool3d: averagePool,
  adaptive_avg_pool1d: adaptiveAverage(1),
  adaptive_avg_pool2d: adaptiveAverage(2),
  adaptive_avg_pool3d: adaptiveAverage(3),
  _adaptive_avg_pool2d: adaptiveAverage(2),
  _adaptive_avg_pool3d: adaptiveAverage(3),
  adaptive_max_pool1d: adaptiveMax(1),
  adaptive_max_pool2d: adaptiveMax(2),
  adaptive_max_pool3d: adaptiveMax(3),
}
