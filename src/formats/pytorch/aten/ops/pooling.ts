import { composites, type Dim } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
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

const averagePool: Evaluate = (c, args) => {
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
  (c, args) =>
    c.wrap(composites.adaptiveMaxPool(c.b, args.value('self'), adaptiveSizes(c, args, axes)))

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
