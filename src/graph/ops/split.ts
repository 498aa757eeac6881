import { ceilDiv, type Dim, mod, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { staticDims, withDim } from '../inference/shared.ts'
import { moved, pickMap } from '../kernels/index-maps.ts'

/** Split along one axis, by given lengths or into a number of equal parts of which the last may be smaller. */
export function inferSplit(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', 0), dims.length)
  const lengths = partLengths(context, dims[axis] ?? 0)
  const contents = partContents(context, lengths, axis)
  return lengths.map((length, index) =>
    tensorInfo(context.dtype(0), withDim(dims, axis, length), contents?.[index]),
  )
}

function partLengths(context: InferenceContext, size: Dim): readonly Dim[] {
  if (context.inputs[1]) {
    const count = context.dims(1)[0]
    const parts = typeof count === 'number' ? count : (context.call.outputCount ?? 0)
    return (
      context.content(1) ??
      Array.from({ length: context.count(parts) }, () => context.unbackedDim(context.bounds(size)[1]))
    )
  }
  const count = context.attribute('num_outputs', 'int') ?? context.call.outputCount
  if (!count) return context.fail('neither split nor num_outputs is given')
  return equalParts(size, context.count(count))
}

function equalParts(size: Dim, count: number): Dim[] {
  const part = ceilDiv(size, count)
  const last = mod(size, count) === 0 ? part : sub(size, mul(part, count - 1))
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? last : part))
}

function partContents(
  context: InferenceContext,
  lengths: readonly Dim[],
  axis: number,
): (Dim[] | undefined)[] | undefined {
  const content = context.content(0)
  const from = staticDims(context.dims(0))
  const sizes = staticDims(lengths)
  const total = sizes?.reduce((sum, size) => sum + size, 0)
  if (!content || !from || !sizes || total !== from[axis]) return undefined
  let start = 0
  return sizes.map((size) => {
    const begin = start
    start += size
    const picks = from.map((extent, at) =>
      Array.from({ length: at === axis ? size : extent }, (_, index) =>
        at === axis ? index + begin : index,
      ),
    )
    return moved(content, pickMap(from, picks))
  })
}
