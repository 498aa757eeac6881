import { type Dim, mul, product } from '../dims/index.ts'
import { broadcastContent } from '../inference/combine.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastDim, broadcastDims, staticDims } from '../inference/shared.ts'
import { moved, pickMap, transposeMap } from '../kernels/index-maps.ts'
import { inferReshape } from './reshape.ts'
import { operator } from './schema.ts'

/** What a tensor's dims are, and views of the same elements under other dims. */
export const shape = {
  expand: operator({
    op: 'Expand',
    since: 13,
    inputs: ['input', 'shape'],
    outputs: ['output'],
    attributes: {},
    infer: inferExpand,
  }),
  flatten: operator({
    op: 'Flatten',
    since: 21,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { axis: 'int' },
    infer: inferFlatten,
  }),
  /** `0` keeps the input's dim (unless `allowzero`), one `-1` takes what is left. */
  reshape: operator({
    op: 'Reshape',
    since: 21,
    inputs: ['data', 'shape'],
    outputs: ['reshaped'],
    attributes: { allowzero: 'int' },
    anyRank: true,
    infer: inferReshape,
  }),
  shape: operator({
    op: 'Shape',
    since: 21,
    inputs: ['data'],
    outputs: ['shape'],
    attributes: { end: 'int', start: 'int' },
    infer: inferShape,
  }),
  size: operator({
    op: 'Size',
    since: 21,
    inputs: ['data'],
    outputs: ['size'],
    attributes: {},
    anyRank: true,
    infer: inferSize,
  }),
  squeeze: operator({
    op: 'Squeeze',
    since: 21,
    inputs: ['data', 'axes?'],
    outputs: ['squeezed'],
    attributes: {},
    infer: inferSqueeze,
  }),
  tile: operator({
    op: 'Tile',
    since: 13,
    inputs: ['input', 'repeats'],
    outputs: ['output'],
    attributes: {},
    infer: inferTile,
  }),
  transpose: operator({
    op: 'Transpose',
    since: 21,
    inputs: ['data'],
    outputs: ['transposed'],
    attributes: { perm: 'ints' },
    infer: inferTranspose,
  }),
  unsqueeze: operator({
    op: 'Unsqueeze',
    since: 21,
    inputs: ['data', 'axes'],
    outputs: ['expanded'],
    attributes: {},
    infer: inferUnsqueeze,
  }),
} as const

function inferShape(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + dims.length : at, 0), dims.length)
  const part = dims.slice(clamp(context.int('start', 0)), clamp(context.int('end', dims.length)))
  return [tensorInfo('int64', [part.length], part)]
}

function inferSize(context: InferenceContext): OutputInfo[] {
  const dims = context.knownDims(0)
  return [tensorInfo('int64', [], dims && [product(dims)])]
}

function inferFlatten(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.int('axis', 1)
  const split = axis < 0 ? axis + dims.length : axis
  if (split < 0 || split > dims.length) context.fail(`axis ${axis} is out of range for rank ${dims.length}`)
  const flat = [product(dims.slice(0, split)), product(dims.slice(split))]
  return [tensorInfo(context.dtype(0), flat, context.content(0))]
}

/** Without axes, dims of 1 go; a symbol is not 1 (its facts say whether it can be). */
function inferSqueeze(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const given = context.inputs[1] ? context.numbers(1) : undefined
  if (context.inputs[1] && !given) return [tensorInfo(context.dtype(0), undefined)]
  if (!given && !dims.every((dim) => dim === 1 || context.decide(dim, '!=', 1) === true))
    return [tensorInfo(context.dtype(0), undefined)]
  const axes = new Set(given ? context.axes(given, dims.length) : undefined)
  for (const axis of axes) {
    const dim = dims[axis]
    if (typeof dim === 'number' && dim !== 1) context.fail(`axis ${axis} has size ${dim}, not 1`)
  }
  const kept = dims.filter((dim, axis) => (given ? !axes.has(axis) : dim !== 1))
  return [tensorInfo(context.dtype(0), kept, context.content(0))]
}

function inferUnsqueeze(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const given = context.numbers(1)
  if (!given) return [tensorInfo(context.dtype(0), undefined)]
  const rank = dims.length + given.length
  const axes = new Set(context.axes(given, rank))
  const rest = dims[Symbol.iterator]()
  const grown = Array.from(
    { length: rank },
    (_, axis): Dim => (axes.has(axis) ? 1 : (rest.next().value ?? 1)),
  )
  return [tensorInfo(context.dtype(0), grown, context.content(0))]
}

function inferTranspose(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const perm = context.ints('perm') ?? dims.map((_, axis) => dims.length - 1 - axis)
  if (perm.length !== dims.length) context.fail(`perm [${perm}] does not fit rank ${dims.length}`)
  const axes = context.axes(perm, dims.length)
  const turned = axes.map((axis) => dims[axis] ?? 1)
  const from = staticDims(dims)
  const content = context.content(0)
  const movedContent = content && from ? moved(content, transposeMap(from, axes)) : undefined
  return [tensorInfo(context.dtype(0), turned, movedContent)]
}

/** Broadcast with `shape`, which may be known in part only: a size above 1 stays whatever it is. */
function inferExpand(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const wanted = context.content(1)
  if (wanted) {
    const grown = broadcastDims(context, dims, wanted)
    return [tensorInfo(context.dtype(0), grown, () => broadcastContent(context, 0, grown))]
  }
  const [length] = context.dims(1)
  if (typeof length !== 'number') return [tensorInfo(context.dtype(0), undefined)]
  const rank = Math.max(length, dims.length)
  const grown = Array.from({ length: context.newRank(rank) }, (_, axis): Dim => {
    const own = dims[axis - rank + dims.length] ?? 1
    if (axis < rank - length || context.decide(own, '>', 1)) return own
    return broadcastDim(context, own, context.unbackedDim())
  })
  return [tensorInfo(context.dtype(0), grown)]
}

function inferTile(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const repeats = context.content(1)
  if (!repeats)
    return [
      tensorInfo(
        context.dtype(0),
        dims.map(() => context.unbackedDim()),
      ),
    ]
  if (repeats.length !== dims.length)
    context.fail(`repeats has ${repeats.length} entries for rank ${dims.length}`)
  const tiled = dims.map((dim, axis) => mul(dim, repeats[axis] ?? 1))
  return [tensorInfo(context.dtype(0), tiled, () => tiledContent(context, tiled))]
}

function tiledContent(context: InferenceContext, tiled: readonly Dim[]): Dim[] | undefined {
  const content = context.content(0)
  const [from, to] = [staticDims(context.dims(0)), staticDims(tiled)]
  if (!content || !from || !to) return undefined
  const picks = to.map((size, axis) => Array.from({ length: size }, (_, at) => at % (from[axis] ?? 1)))
  return moved(content, pickMap(from, picks))
}
