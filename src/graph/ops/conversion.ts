import type { Dim } from '../dims/index.ts'
import { DTYPES, type DType } from '../dtype.ts'
import { fitsExactly } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { allKnown } from '../inference/shared.ts'
import { roundedContent } from './rounding.ts'
import { operator } from './schema.ts'

/** Changes of element type, quantisation included. */
export const conversion = {
  cast: operator({
    op: 'Cast',
    since: 21,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { saturate: 'int', to: 'int!' },
    anyRank: true,
    infer: (context) =>
      inferCast(context, context.dtypeAttribute('to') ?? context.fail('attribute to is missing')),
  }),
  castLike: operator({
    op: 'CastLike',
    since: 21,
    inputs: ['input', 'target_type'],
    outputs: ['output'],
    attributes: { saturate: 'int' },
    anyRank: true,
    infer: (context) => inferCast(context, context.dtype(1)),
  }),
  /** The result has the dtype of the scale. */
  dequantizeLinear: operator({
    op: 'DequantizeLinear',
    since: 21,
    inputs: ['x', 'x_scale', 'x_zero_point?'],
    outputs: ['y'],
    attributes: { axis: 'int', block_size: 'int' },
    anyRank: true,
    infer: (context) => {
      checkZeroPoint(context, context.dtype(0))
      return [tensorInfo(context.dtype(1), context.knownDims(0))]
    },
  }),
  /** → uint8 values, their scale and their zero point. */
  dynamicQuantizeLinear: operator({
    op: 'DynamicQuantizeLinear',
    since: 11,
    inputs: ['x'],
    outputs: ['y', 'y_scale', 'y_zero_point'],
    attributes: {},
    anyRank: true,
    infer: (context) => [
      tensorInfo('uint8', context.knownDims(0)),
      tensorInfo('float32', []),
      tensorInfo('uint8', []),
    ],
  }),
  quantizeLinear: operator({
    op: 'QuantizeLinear',
    since: 21,
    inputs: ['x', 'y_scale', 'y_zero_point?'],
    outputs: ['y'],
    attributes: { axis: 'int', block_size: 'int', output_dtype: 'int', saturate: 'int' },
    anyRank: true,
    infer: (context) => [tensorInfo(quantizedDtype(context), context.knownDims(0))],
  }),
} as const

function inferCast(context: InferenceContext, to: DType): OutputInfo[] {
  return [tensorInfo(to, context.knownDims(0), castContent(context, to))]
}

/** Integers pass where the new dtype holds them exactly; floats are cut towards zero on the way to integers. */
function castContent(context: InferenceContext, to: DType): Dim[] | undefined {
  const from = DTYPES[context.dtype(0)].kind
  const integral = DTYPES[to].kind === 'int'
  const content = from === 'float' && integral ? roundedContent(context, 'towards-zero') : context.content(0)
  if (to === 'bool') return allKnown(content?.map((dim) => truth(context, dim)))
  return allKnown(content?.map((dim) => (fitsExactly(to, context.bounds(dim)) ? dim : undefined)))
}

function truth(context: InferenceContext, dim: Dim): Dim | undefined {
  const answer = context.decide(dim, '!=', 0)
  return answer === undefined ? undefined : Number(answer)
}

function quantizedDtype(context: InferenceContext): DType {
  const named = context.dtypeAttribute('output_dtype')
  const zero = context.inputs[2]?.dtype
  if (named && zero && named !== zero) context.fail(`output_dtype is ${named} and the zero point is ${zero}`)
  return zero ?? named ?? 'uint8'
}

function checkZeroPoint(context: InferenceContext, dtype: DType): void {
  const zero = context.inputs[2]?.dtype
  if (zero && zero !== dtype) context.fail(`x is ${dtype} and its zero point is ${zero}`)
}
