import type { Dim, Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { operand } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { nonzeroColumns } from './search.ts'

/** The indices of advanced indexing: for each axis an int64 tensor, or undefined for all of it. */
function indicesOf(c: OperatorContext, args: Arguments): (Value | undefined)[] {
  const given = args.get('indices')
  const items = given.kind === 'list' || given.kind === 'tuple' ? given.items : []
  return items.flatMap((item): (Value | undefined)[] => {
    if (item.kind !== 'tensor') return [undefined]
    const value = item.read()
    // A mask stands for the positions of its true elements, one index for each of its dims.
    if (value.dtype === 'bool' || value.dtype === 'uint8')
      return [...nonzeroColumns(c, c.cast(value, 'bool'))]
    return [c.cast(value, 'int64')]
  })
}

/** Negative indices count from the back; GatherND and ScatterND know that too. */
function placed(c: OperatorContext, x: Value, indices: readonly (Value | undefined)[]): Placed {
  const axes = indices.flatMap((index, axis) => (index ? [axis] : []))
  if (indices.length > x.rank) return c.fail(`too many indices for a tensor of dimension ${x.rank}`)
  const [first = 0] = axes
  const rest = x.dims.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const adjacent = axes.every((axis, at) => axis === first + at)
  const given = indices.filter((index) => index !== undefined)
  const rank = Math.max(...given.map((index) => index.rank))
  // Results stand where the indexed axes stood, when those are neighbours; in front otherwise.
  const at = adjacent ? rest.filter((axis) => axis < first).length : 0
  return { perm: [...axes, ...rest], indices: given, rank, at, restRank: rest.length }
}

interface Placed {
  /** Indexed axes first. */
  readonly perm: readonly number[]
  readonly indices: readonly Value[]
  /** Of the broadcast indices. */
  readonly rank: number
  /** Where their dims stand in the result. */
  readonly at: number
  readonly restRank: number
}

/** The broadcast indices side by side: [...broadcast, number of axes]. */
function columns(c: OperatorContext, { indices, rank }: Placed): Value {
  const [only] = indices
  const last = c.b.int64s([-1])
  if (indices.length === 1 && only) return c.b.unsqueeze(only, last)
  const dims = Array.from({ length: rank }, (_, axis): Dim => {
    const sizes = indices.map((index) => index.dims[axis - rank + index.rank] ?? 1)
    return sizes.find((size) => size !== 1) ?? 1
  })
  const shape = c.dims(dims)
  return c.b.concat(
    indices.map((index) => c.b.unsqueeze(c.b.expand(index, shape), last)),
    { axis: -1 },
  )
}

const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, at) => axis === at)

const turned = (c: OperatorContext, x: Value, perm: readonly number[]): Value =>
  isIdentity(perm) ? x : c.b.transpose(x, { perm })

/** From [broadcast…, rest…] to the order of the result, and back. */
function resultOrder({ rank, at, restRank }: Placed): number[] {
  const rest = Array.from({ length: restRank }, (_, axis) => axis + rank)
  const own = Array.from({ length: rank }, (_, axis) => axis)
  return [...rest.slice(0, at), ...own, ...rest.slice(at)]
}

const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis))

const index: Evaluate = (c, args) => {
  const x = args.value('self')
  const indices = indicesOf(c, args)
  const axes = indices.flatMap((item, axis) => (item ? [axis] : []))
  const [axis, second] = axes
  const only = axis === undefined ? undefined : indices[axis]
  if (axis === undefined || !only) return args.tensor('self')
  if (second === undefined) return c.wrap(c.b.gather(x, only, { axis }))
  const place = placed(c, x, indices)
  const picked = c.b.gatherND(turned(c, x, place.perm), columns(c, place))
  return c.wrap(turned(c, picked, resultOrder(place)))
}

/** Values are broadcast to what the indices pick. */
function indexPut(c: OperatorContext, args: Arguments): Value {
  const x = args.value('self')
  const place = placed(c, x, indicesOf(c, args))
  const front = turned(c, x, place.perm)
  const where = columns(c, place)
  const picked = c.b.gatherND(front, where)
  const order = resultOrder(place)
  const target = order.map((axis) => picked.dims[axis] ?? 1)
  const values = c.b.expand(operand(c, args, 'values', x.dtype), c.dims(target))
  const updates = turned(c, values, inverse(order))
  const reduction = args.bool('accumulate') ? 'add' : undefined
  const written = c.b.scatterND(front, where, updates, { reduction })
  return turned(c, written, inverse(place.perm))
}

const gather: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(
    c.b.gatherElements(x, c.cast(args.value('index'), 'int64'), { axis: c.axis(args.number('dim'), x.rank) }),
  )
}

const REDUCTIONS: ReadonlyMap<string, string> = new Map([
  ['add', 'add'],
  ['sum', 'add'],
  ['multiply', 'mul'],
  ['prod', 'mul'],
  ['amax', 'max'],
  ['amin', 'min'],
])

function scattered(c: OperatorContext, args: Arguments, reduction: string | undefined): Value {
  const x = args.value('self')
  const index = c.cast(args.value('index'), 'int64')
  const axis = c.axis(args.number('dim'), x.rank)
  return c.b.scatterElements(x, index, updatesFor(c, args, x, index), { axis, reduction })
}

/** The source may be larger than the index: its leading part is used. A lone number is written everywhere. */
function updatesFor(c: OperatorContext, args: Arguments, x: Value, index: Value): Value {
  if (!args.has('src')) return c.b.expand(operand(c, args, 'value', x.dtype), c.dims(index.dims))
  const source = c.cast(args.value('src'), x.dtype)
  if (source.dims.every((dim, axis) => dim === index.dims[axis])) return source
  return c.b.slice(source, c.b.int64s(index.dims.map(() => 0)), c.dims(index.dims), {
    axes: c.b.int64s(index.dims.map((_, axis) => axis)),
  })
}

const scatter: Evaluate = (c, args) => {
  const name = args.has('reduce') ? args.string('reduce') : undefined
  const reduction = name === undefined ? undefined : REDUCTIONS.get(name)
  if (name !== undefined && !reduction) return c.refuse(`the reduction ${name}`)
  if (c.name === 'scatter_reduce' && !args.bool('include_self')) return c.refuse('include_self=False')
  return c.wrap(scattered(c, args, reduction))
}

const indexSelect: Evaluate = (c, args) => {
  const x = args.value('self')
  return c.wrap(
    c.b.gather(x, c.cast(args.value('index'), 'int64'), { axis: c.axis(args.number('dim'), x.rank) }),
  )
}

const embedding: Evaluate = (c, args) => {
  const indices = args.value('indices')
  return c.wrap(
    c.b.gather(args.value('weight'), indices.dtype === 'int32' ? indices : c.cast(indices, 'int64'), {
      axis: 0,
    }),
  )
}

const maskedSelect: Evaluate = (c, args) => {
  const x = args.value('self')
  const mask = c.cast(args.value('mask'), 'bool')
  const rank = Math.max(x.rank, mask.rank)
  const dims = Array.from({ length: rank }, (_, axis): Dim => {
    const [a, b] = [x.dims[axis - rank + x.rank] ?? 1, mask.dims[axis - rank + mask.rank] ?? 1]
    return a === 1 ? b : a
  })
  const shape = c.dims(dims)
  const positions = c.b.transpose(c.b.nonZero(c.b.expand(mask, shape)), { perm: [1, 0] })
  return c.wrap(c.b.gatherND(c.b.expand(x, shape), positions))
}

/** Positions of `index` along one axis, written with ScatterElements: index [n] is spread over the other axes. */
function alongAxis(
  c: OperatorContext,
  args: Arguments,
  update: (x: Value, dims: readonly Dim[]) => Value,
  reduction?: string,
): Value {
  const x = args.value('self')
  const axis = c.axis(args.number('dim'), x.rank)
  const flat = c.cast(args.value('index'), 'int64')
  const count = flat.dims[0] ?? 1
  const dims = x.dims.map((dim, at) => (at === axis ? count : dim))
  const column = c.reshape(
    flat,
    x.dims.map((_, at) => (at === axis ? count : 1)),
  )
  return c.b.scatterElements(x, c.b.expand(column, c.dims(dims)), update(x, dims), { axis, reduction })
}

const indexAdd: Evaluate = (c, args) => {
  const alpha = args.has('alpha') ? args.number('alpha') : 1
  return c.wrap(
    alongAxis(
      c,
      args,
      (x) => {
        const source = operand(c, args, 'source', x.dtype)
        return alpha === 1 ? source : c.b.mul(source, c.number(alpha, x.dtype))
      },
      'add',
    ),
  )
}

const indexFill: Evaluate = (c, args) =>
  c.wrap(alongAxis(c, args, (x, dims) => c.b.expand(operand(c, args, 'value', x.dtype), c.dims(dims))))

const indexCopy: Evaluate = (c, args) =>
  c.wrap(alongAxis(c, args, (x) => operand(c, args, 'source', x.dtype)))

/** Reading and writing elements at indices that are tensors. */
export const INDEXING: OperatorTable = {
  index,
  index_put: (c, args) => c.wrap(indexPut(c, args)),
  _unsafe_index_put: (c, args) => c.wrap(indexPut(c, args)),
  gather,
  take_along_dim: (c, args) =>
    args.has('dim')
      ? c.wrap(
          c.b.gatherElements(args.value('self'), c.cast(args.value('indices'), 'int64'), {
            axis: c.axis(args.number('dim'), args.tensor('self').rank),
          }),
        )
      : c.refuse('a flattened tensor'),
  scatter,
  scatter_reduce: scatter,
  scatter_add: (c, args) => c.wrap(scattered(c, args, 'add')),
  index_select: indexSelect,
  embedding,
  masked_select: maskedSelect,
  index_add: indexAdd,
  index_fill: indexFill,
  index_copy: indexCopy,
}
