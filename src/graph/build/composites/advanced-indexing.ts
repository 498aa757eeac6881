import { ModelError } from '../../../errors/index.ts'
import { type Dim, product } from '../../dims/index.ts'
import { isInteger } from '../../dtype.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { broadcastTo, broadcastTogether } from './broadcasting.ts'
import { cast } from './casting.ts'
import { slice, splitSizes } from './indexing.ts'
import { expandTo, permute, reshapeTo, squeeze, unsqueeze } from './shaping.ts'

/** One entry for each axis from the first: a tensor of integers or a mask of bools; undefined takes the whole axis. */
export type Indices = readonly (Value | undefined)[]

/**
 * `x[i, :, j]` with tensors for indices, as NumPy and PyTorch define it: indices broadcast together; the result has their
 * dims in place of the indexed axes where those stand side by side, else in front. Negative indices count from the end.
 * https://numpy.org/doc/stable/user/basics.indexing.html#advanced-indexing
 */
export function index(b: Builder, x: Value, indices: Indices): Value {
  const mask = leadingMask(indices)
  if (mask) return masked(b, x, mask)
  const plan = planOf(b, x, indices)
  const [only, second] = plan.tensors
  if (!only) return x
  if (!second) return b.gather(x, only, { axis: plan.axes[0] ?? 0 })
  const gathered = b.gatherND(permute(b, x, plan.perm), stacked(b, plan.tensors))
  return permute(b, gathered, backInPlace(plan, only.rank))
}

/**
 * `x[i, :, j] = values` as a new tensor, or `+=` with `accumulate`. Values broadcast to what `index` would give. When one
 * place is written twice without `accumulate`, either value may stay, as in PyTorch.
 */
export function indexPut(b: Builder, x: Value, indices: Indices, values: Value, accumulate = false): Value {
  const mask = leadingMask(indices)
  if (mask && !accumulate && isScalarLike(values)) return maskedFill(b, x, mask, values)
  const plan = planOf(b, x, indices)
  const [first] = plan.tensors
  if (!first) return broadcastTo(b, values, x.dims)
  const rest = plan.perm.slice(plan.axes.length).map((axis) => x.dims[axis] ?? 1)
  const place = backInPlace(plan, first.rank)
  const inOrder = [...first.dims, ...rest]
  const wanted = place.map((axis) => inOrder[axis] ?? 1)
  const updates = permute(b, broadcastTo(b, values, wanted), inverse(place))
  const written = b.scatterND(permute(b, x, plan.perm), stacked(b, plan.tensors), updates, {
    reduction: accumulate ? 'add' : undefined,
  })
  return permute(b, written, inverse(plan.perm))
}

/** x with `value` (one element, or dims that broadcast) where the mask is true; the mask may lack trailing axes. */
export function maskedFill(b: Builder, x: Value, mask: Value, value: Value): Value {
  const missing = Array.from({ length: Math.max(x.rank - mask.rank, 0) }, (_, axis) => mask.rank + axis)
  const one = value.rank > 0 && value.dims.every((dim) => dim === 1) ? reshapeTo(b, value, []) : value
  return b.where(unsqueeze(b, mask, missing), one, x)
}

/** `torch.gather`: out[i, j] = x[index[i, j], j] along an axis; of the axes of x, leading parts may be taken. */
export function gatherAlong(b: Builder, x: Value, axis: number, indices: Value): Value {
  if (x.rank === 0) return reshapeTo(b, x, indices.dims)
  return b.gatherElements(x, toInt64(b, indices), { axis })
}

export type ScatterReduction = 'none' | 'add' | 'mul' | 'max' | 'min'

/** `torch.scatter`: x with x[index[i, j], j] = source[i, j] along an axis; the source may be larger than the index. */
export function scatterAlong(
  b: Builder,
  x: Value,
  axis: number,
  {
    indices,
    source,
    reduction = 'none',
  }: {
    readonly indices: Value
    readonly source: Value
    readonly reduction?: ScatterReduction | undefined
  },
): Value {
  if (x.rank === 0)
    return squeeze(
      b,
      scatterAlong(b, unsqueeze(b, x, [0]), 0, lifted(b, { indices, source, reduction })),
      [0],
    )
  const updates = source.rank === 0 ? expandTo(b, source, indices.dims) : croppedTo(b, source, indices.dims)
  return b.scatterElements(x, toInt64(b, indices), updates, {
    axis,
    reduction: reduction === 'none' ? undefined : reduction,
  })
}

const lifted = <T extends { readonly indices: Value; readonly source: Value }>(
  b: Builder,
  { indices, source, ...rest }: T,
) => ({
  ...rest,
  indices: indices.rank === 0 ? unsqueeze(b, indices, [0]) : indices,
  source: source.rank === 0 ? unsqueeze(b, source, [0]) : source,
})

const croppedTo = (b: Builder, x: Value, dims: readonly Dim[]): Value =>
  dims.reduce<Value>((part, size, axis) => slice(b, part, axis, { end: size }), x)

/** Which axes are indexed by which tensors, and the order of axes that brings them to the front. */
interface Plan {
  readonly axes: readonly number[]
  readonly tensors: readonly Value[]
  readonly perm: readonly number[]
}

function planOf(b: Builder, x: Value, indices: Indices): Plan {
  const entries = new Map<number, Value>()
  let axis = 0
  for (const entry of indices) {
    if (!entry) axis++
    else
      for (const tensor of isMask(entry) ? positionsOf(b, entry) : [toInt64(b, entry)])
        entries.set(axis++, tensor)
  }
  if (axis > x.rank)
    throw new ModelError('MODEL_ERROR', {
      what: `Too many indices for a tensor of rank ${x.rank}`,
      where: b.origin,
    })
  const axes = [...entries.keys()]
  const rest = x.dims.map((_, at) => at).filter((at) => !entries.has(at))
  return { axes, tensors: broadcastTogether(b, [...entries.values()]), perm: [...axes, ...rest] }
}

const isMask = (index: Value): boolean => index.dtype === 'bool' || index.dtype === 'uint8'

function toInt64(b: Builder, index: Value): Value {
  if (isInteger(index.dtype)) return cast(b, index, 'int64')
  throw new ModelError('MODEL_ERROR', {
    what: `A tensor of ${index.dtype} is used as an index`,
    where: b.origin,
  })
}

/** A mask as one index tensor for each of its axes. */
function positionsOf(b: Builder, mask: Value): readonly Value[] {
  const places = b.nonZero(cast(b, mask, 'bool'))
  if (mask.rank === 1) return [squeeze(b, places, [0])]
  return splitSizes(
    b,
    places,
    mask.dims.map(() => 1),
    0,
  ).map((part) => squeeze(b, part, [0]))
}

/** The mask, when it is the only index and stands first. */
function leadingMask(indices: Indices): Value | undefined {
  const [first, ...rest] = indices
  return first && isMask(first) && rest.every((entry) => entry === undefined) ? first : undefined
}

/** x[mask]: the masked axes as one, of which slices are kept. */
function masked(b: Builder, x: Value, mask: Value): Value {
  const flat = reshapeTo(b, x, [product(x.dims.slice(0, mask.rank)), ...x.dims.slice(mask.rank)])
  const condition = reshapeTo(b, cast(b, mask, 'bool'), [product(mask.dims)])
  return b.compress(flat, condition, { axis: 0 })
}

/** Index tensors of equal dims side by side along a last axis: what GatherND and ScatterND read. */
const stacked = (b: Builder, tensors: readonly Value[]): Value =>
  b.concat(
    tensors.map((tensor) => unsqueeze(b, tensor, [tensor.rank])),
    { axis: -1 },
  )

/** Order of axes that puts the index dims, which stand first, where the indexed axes were, if those are neighbours. */
function backInPlace({ axes, perm }: Plan, indexRank: number): number[] {
  const [first = 0] = axes
  const neighbours = axes.every((axis, at) => axis === first + at)
  const rest = Array.from({ length: perm.length - axes.length }, (_, at) => indexRank + at)
  const front = Array.from({ length: indexRank }, (_, at) => at)
  return neighbours ? [...rest.slice(0, first), ...front, ...rest.slice(first)] : [...front, ...rest]
}

const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis))

const isScalarLike = (value: Value): boolean => value.dims.every((dim) => dim === 1)
