import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { sameAsFirst, staticDims, withDim } from '../inference/shared.ts'
import { allOf, moved, pickMap } from '../kernels/index-maps.ts'
import { smaller } from './integer-arithmetic.ts'
import { operator } from './schema.ts'

/** Reading and writing elements at indices. */
export const gathering = {
  /** Data decides how many are kept. */
  compress: operator({
    op: 'Compress',
    since: 11,
    inputs: ['input', 'condition'],
    outputs: ['output'],
    attributes: { axis: 'int' },
    infer: inferCompress,
  }),
  gather: operator({
    op: 'Gather',
    since: 13,
    inputs: ['data', 'indices'],
    outputs: ['output'],
    attributes: { axis: 'int' },
    infer: inferGather,
  }),
  gatherElements: operator({
    op: 'GatherElements',
    since: 13,
    inputs: ['data', 'indices'],
    outputs: ['output'],
    attributes: { axis: 'int' },
    ranked: [1],
    infer: (context) => [tensorInfo(context.dtype(0), context.dims(1))],
  }),
  gatherND: operator({
    op: 'GatherND',
    since: 13,
    inputs: ['data', 'indices'],
    outputs: ['output'],
    attributes: { batch_dims: 'int' },
    infer: inferGatherND,
  }),
  reverseSequence: operator({
    op: 'ReverseSequence',
    since: 10,
    inputs: ['input', 'sequence_lens'],
    outputs: ['Y'],
    attributes: { batch_axis: 'int', time_axis: 'int' },
    infer: sameAsFirst,
  }),
  scatterElements: operator({
    op: 'ScatterElements',
    since: 18,
    inputs: ['data', 'indices', 'updates'],
    outputs: ['output'],
    attributes: { axis: 'int', reduction: 'string' },
    infer: inferScatter,
  }),
  scatterND: operator({
    op: 'ScatterND',
    since: 18,
    inputs: ['data', 'indices', 'updates'],
    outputs: ['output'],
    attributes: { reduction: 'string' },
    ranked: [0],
    infer: inferScatter,
  }),
  trilu: operator({
    op: 'Trilu',
    since: 14,
    inputs: ['input', 'k?'],
    outputs: ['output'],
    attributes: { upper: 'int' },
    infer: sameAsFirst,
  }),
} as const

function inferGather(context: InferenceContext): OutputInfo[] {
  const indices = context.dtype(1)
  if (indices !== 'int64' && indices !== 'int32') context.fail(`indices are ${indices}, not int64 or int32`)
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', 0), dims.length)
  const gathered = [...dims.slice(0, axis), ...context.dims(1), ...dims.slice(axis + 1)]
  return [tensorInfo(context.dtype(0), gathered, () => gatheredContent(context, axis))]
}

function gatheredContent(context: InferenceContext, axis: number): Dim[] | undefined {
  const content = context.content(0)
  const indices = context.numbers(1)
  const from = staticDims(context.dims(0))
  const size = from?.[axis]
  if (!content || !indices || !from || size === undefined) return undefined
  const wrapped = indices.map((index) => (index < 0 ? index + size : index))
  const outside = wrapped.find((index) => index < 0 || index >= size)
  if (outside !== undefined) context.fail(`index ${outside} is outside of ${size} elements`)
  const picks = from.map((extent, at) => (at === axis ? wrapped : allOf(extent)))
  return moved(content, pickMap(from, picks))
}

/** indices [batch…, rest…, depth]: each row of `depth` names a slice of the data behind its batch axes. */
function inferGatherND(context: InferenceContext): OutputInfo[] {
  const data = context.dims(0)
  const indices = context.dims(1)
  const depth = indices.at(-1)
  if (typeof depth !== 'number') return [tensorInfo(context.dtype(0), undefined)]
  const batch = context.int('batch_dims', 0)
  if (batch + depth > data.length) context.fail(`indices name ${depth} axes of rank ${data.length}`)
  return [tensorInfo(context.dtype(0), [...indices.slice(0, -1), ...data.slice(batch + depth)])]
}

function inferScatter(context: InferenceContext): OutputInfo[] {
  context.sharedDtype(0, 2)
  return sameAsFirst(context)
}

function inferCompress(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const [condition = 0] = context.dims(1)
  const axis = context.attribute('axis', 'int')
  const kept = (most: Dim): Dim => {
    const known = context.numbers(1)
    return known ? known.reduce((sum, flag) => sum + flag, 0) : context.unbackedDim(context.bounds(most)[1])
  }
  if (axis === undefined) return [tensorInfo(context.dtype(0), [kept(condition)])]
  const at = context.axis(axis, dims.length)
  return [tensorInfo(context.dtype(0), withDim(dims, at, kept(smaller(context, dims[at] ?? 0, condition))))]
}
