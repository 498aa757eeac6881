import { composites, tensorOf, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Positions of the true elements, one 1-D tensor for each dim. */
export function nonzeroColumns(c: OperatorContext, condition: Value): readonly Value[] {
  const positions = c.b.nonZero(condition)
  return condition.dims.map((_, axis) => composites.select(c.b, positions, 0, axis))
}

const nonzero: Evaluate = (c, args) =>
  args.has('as_tuple') && args.bool('as_tuple')
    ? c.wrapAll(...nonzeroColumns(c, args.value('self')))
    : c.wrap(c.b.transpose(c.b.nonZero(args.value('self')), { perm: [1, 0] }))

const sorted = (c: OperatorContext, args: Arguments, count: Value, largest: boolean) => {
  const x = args.value('self')
  const axis = c.axis(args.number('dim'), x.rank)
  const [values, indices] = c.b.topK(x, count, { axis, largest: largest ? 1 : 0, sorted: 1 })
  return {
    kind: 'tuple',
    items: [c.wrap(values), c.wrap(indices)],
    fields: ['values', 'indices'],
    typeName: c.name,
  } as const
}

const topk: Evaluate = (c, args) => sorted(c, args, c.dims([args.int('k')]), args.bool('largest'))

/** A full TopK: ONNX has no sort. Of equal elements it keeps the first first, as a stable sort does. */
const sort: Evaluate = (c, args) => {
  const x = args.value('self')
  if (x.rank === 0) return c.refuse('a tensor without dims')
  const axis = c.axis(args.number('dim'), x.rank)
  return sorted(c, args, c.dims([x.dims[axis] ?? 1]), args.bool('descending'))
}

const argsort: Evaluate = (c, args) => {
  const both = sort(c, args)
  const second = both.kind === 'tuple' ? both.items[1] : undefined
  return second ?? c.fail('no indices')
}

const oneHot: Evaluate = (c, args) => {
  const classes = args.number('num_classes')
  if (classes < 0) return c.refuse('num_classes is left to the data')
  const depth = c.b.scalar('int64', classes)
  return c.wrap(
    c.b.oneHot(args.value('self'), depth, c.b.constant(tensorOf('int64', [2], [0, 1])), { axis: -1 }),
  )
}

/** Sorting and searching. */
export const SEARCH: OperatorTable = {
  nonzero,
  argwhere: nonzero,
  nonzero_numpy: (c, args) => c.wrapAll(...nonzeroColumns(c, args.value('self'))),
  topk,
  sort,
  argsort,
  one_hot: oneHot,
}
