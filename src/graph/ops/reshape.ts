import { type Dim, dimName, floorDiv, product } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'

/** Reshape: dims from the known integers of `shape`. */
export function inferReshape(context: InferenceContext): OutputInfo[] {
  const dtype = context.dtype(0)
  const target = context.content(1)
  if (!target) return [tensorInfo(dtype, unknownDims(context))]
  return [tensorInfo(dtype, reshapedDims(context, context.knownDims(0), target), context.content(0))]
}

/** A shape that only the data decides still tells the rank, by its length. */
function unknownDims(context: InferenceContext): Dim[] | undefined {
  const rank = context.knownDims(1)?.[0]
  return typeof rank === 'number'
    ? Array.from({ length: context.newRank(rank) }, () => context.unbackedDim())
    : undefined
}

function reshapedDims(
  context: InferenceContext,
  from: readonly Dim[] | undefined,
  target: readonly Dim[],
): Dim[] {
  const copies = context.int('allowzero', 0) === 0
  if (target.some((dim) => typeof dim === 'number' && dim < -1))
    context.fail(`shape [${target.map(dimName)}] has a negative size`)
  const dims = target.map((dim, axis): Dim => {
    if (dim !== 0 || !copies) return dim
    if (!from) return context.unbackedDim()
    return (
      from[axis] ?? context.fail(`shape [${target.map(dimName)}] copies axis ${axis} of rank ${from.length}`)
    )
  })
  const free = dims.indexOf(-1)
  if (free !== dims.lastIndexOf(-1)) context.fail('shape has more than one -1')
  if (free < 0) checkCount(context, from, dims)
  else dims[free] = from ? remaining(context, from, dims.toSpliced(free, 1)) : context.unbackedDim()
  return dims
}

function checkCount(context: InferenceContext, from: readonly Dim[] | undefined, to: readonly Dim[]): void {
  if (!from) return
  context.sameDim(product(from), product(to), (before) => `${before} elements do not make [${to}]`)
}

function remaining(context: InferenceContext, from: readonly Dim[], others: readonly Dim[]): Dim {
  const dim = inferredSize(from, others)
  if (dim !== undefined) return dim
  return context.fail(`[${from.map(dimName)}] does not divide into [${others.map(dimName)}] and -1`)
}

/**
 * What `-1` stands for beside the other dims; undefined when they do not divide. Dims that stand on both sides cancel
 * first: sums do not divide term by term.
 */
export function inferredSize(from: readonly Dim[], others: readonly Dim[]): Dim | undefined {
  const left = [...from]
  const divisors = others.filter((dim) => {
    const at = left.indexOf(dim)
    if (at >= 0 && dim !== 0) left.splice(at, 1)
    return at < 0 || dim === 0
  })
  const [total, known] = [product(left), product(divisors)]
  const uneven =
    typeof total === 'number' && typeof known === 'number' && (known === 0 || total % known !== 0)
  return uneven ? undefined : floorDiv(total, known)
}
