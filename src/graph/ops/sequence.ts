import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { eitherDim, isUnbacked, joinTypes, withoutLocals } from '../inference/type-join.ts'
import { type TensorType, tensorType, type ValueType } from '../value-type.ts'
import { operator } from './schema.ts'

/**
 * Lists of tensors. Where elements differ in size, the element type has a symbol of its own, and every element that is
 * taken out gets a fresh one: one symbol must not stand for the sizes of two elements.
 */
export const sequence = {
  concatFromSequence: operator({
    op: 'ConcatFromSequence',
    since: 11,
    inputs: ['input_sequence'],
    outputs: ['concat_result'],
    attributes: { axis: 'int!', new_axis: 'int' },
    infer: inferConcatFromSequence,
  }),
  sequenceAt: operator({
    op: 'SequenceAt',
    since: 11,
    inputs: ['input_sequence', 'position'],
    outputs: ['tensor'],
    attributes: {},
    infer: (context) => [{ type: oneElement(context) }],
  }),
  sequenceConstruct: operator({
    op: 'SequenceConstruct',
    since: 11,
    inputs: ['inputs...'],
    outputs: ['output_sequence'],
    attributes: {},
    anyRank: true,
    infer: (context) => {
      const types = context.inputs.map((_, index) => typeOf(context, index))
      const [first = context.fail('it has no inputs'), ...rest] = types
      return sequenceOf(rest.reduce((sum, type) => joinTypes(context, sum, type, eitherDim(context)), first))
    },
  }),
  sequenceEmpty: operator({
    op: 'SequenceEmpty',
    since: 11,
    inputs: [],
    outputs: ['output'],
    attributes: { dtype: 'int' },
    infer: (context) => sequenceOf(tensorType(context.dtypeAttribute('dtype') ?? 'float32', undefined)),
  }),
  sequenceErase: operator({
    op: 'SequenceErase',
    since: 11,
    inputs: ['input_sequence', 'position?'],
    outputs: ['output_sequence'],
    attributes: {},
    infer: (context) => [{ type: typeOf(context, 0) }],
  }),
  sequenceInsert: operator({
    op: 'SequenceInsert',
    since: 11,
    inputs: ['input_sequence', 'tensor', 'position?'],
    outputs: ['output_sequence'],
    attributes: {},
    anyRank: true,
    infer: (context) =>
      sequenceOf(joinTypes(context, elementType(context), typeOf(context, 1), eitherDim(context))),
  }),
  sequenceLength: operator({
    op: 'SequenceLength',
    since: 11,
    inputs: ['input_sequence'],
    outputs: ['length'],
    attributes: {},
    infer: () => [tensorInfo('int64', [])],
  }),
  splitToSequence: operator({
    op: 'SplitToSequence',
    since: 11,
    inputs: ['input', 'split?'],
    outputs: ['output_sequence'],
    attributes: { axis: 'int', keepdims: 'int' },
    infer: inferSplitToSequence,
  }),
} as const

const sequenceOf = (element: ValueType): OutputInfo[] => [{ type: { kind: 'sequence', element } }]

const typeOf = (context: InferenceContext, index: number): ValueType =>
  context.input(index).type ?? context.fail(`the type of input ${index} is not known`)

function elementType(context: InferenceContext): TensorType {
  const type = typeOf(context, 0)
  if (type.kind === 'sequence' && type.element.kind === 'tensor') return type.element
  return context.fail('its input is not a sequence of tensors')
}

const oneElement = (context: InferenceContext): ValueType =>
  withoutLocals(context, elementType(context), (dim) => isUnbacked(context, dim))

function inferConcatFromSequence(context: InferenceContext): OutputInfo[] {
  const { dtype, dims } = elementType(context)
  if (!dims) return [tensorInfo(dtype, undefined)]
  const stacks = context.int('new_axis', 0) !== 0
  const axis = context.axis(context.requiredInt('axis'), dims.length + (stacks ? 1 : 0))
  const known = dims.map((dim) => (isUnbacked(context, dim) ? context.unbackedDim() : dim))
  const joined = context.unbackedDim()
  return [tensorInfo(dtype, stacks ? known.toSpliced(axis, 0, joined) : known.with(axis, joined))]
}

/** Without `split` parts have size 1, and lose the axis unless `keepdims`; a scalar leaves a smaller last part. */
function inferSplitToSequence(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', 0), dims.length)
  if (!context.inputs[1]) {
    const keep = context.int('keepdims', 1) !== 0
    return sequenceOf(tensorType(context.dtype(0), keep ? dims.with(axis, 1) : dims.toSpliced(axis, 1)))
  }
  return sequenceOf(tensorType(context.dtype(0), dims.with(axis, partSize(context, dims[axis] ?? 0))))
}

function partSize(context: InferenceContext, size: Dim): Dim {
  const lengths = context.numbers(1)
  const [first] = lengths ?? []
  const scalar = context.rank(1) === 0
  const equal = lengths?.every((length) => length === first) ?? false
  const whole = !scalar || (typeof size === 'number' && first !== undefined && size % first === 0)
  return first !== undefined && equal && whole ? first : context.unbackedDim(context.bounds(size)[1])
}
