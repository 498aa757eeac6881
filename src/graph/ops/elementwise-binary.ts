import type { Dim, Relation } from '../dims/index.ts'
import { combine } from '../inference/combine.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastAll } from '../inference/shared.ts'
import {
  addRule,
  arithmetic,
  divRule,
  maxRule,
  minRule,
  modRule,
  mulRule,
  subRule,
} from './integer-arithmetic.ts'
import { binary, operator } from './schema.ts'

/** Broadcast inputs of one dtype to it. */
const broadcast = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.sharedDtype(), broadcastAll(context)),
]

/** The exponent may have another dtype than the base, which gives the result's. */
const inferPow = (context: InferenceContext): OutputInfo[] => [
  tensorInfo(context.dtype(0), broadcastAll(context)),
]

const compare =
  (relation: Relation) =>
  (context: InferenceContext): OutputInfo[] => {
    context.sharedDtype()
    const dims = broadcastAll(context)
    const decided = (a: Dim = 0, b: Dim = 0): Dim | undefined => {
      const answer = context.decide(a, relation, b)
      return answer === undefined ? undefined : Number(answer)
    }
    return [tensorInfo('bool', dims, combine(context, dims, decided))]
  }

const logic =
  (rule: (a: boolean, b: boolean) => boolean) =>
  (context: InferenceContext): OutputInfo[] => {
    if (context.sharedDtype() !== 'bool') context.fail(`they are ${context.dtype(0)}, not bool`)
    const dims = broadcastAll(context)
    const decided = (a: Dim = 0, b: Dim = 0) => Number(rule(a === 1, b === 1))
    return [tensorInfo('bool', dims, combine(context, dims, decided))]
  }

const variadic = <const Op extends string, const Output extends string>(
  op: Op,
  output: Output,
  infer: (context: InferenceContext) => OutputInfo[],
) =>
  operator({ op, since: 13, inputs: ['data_0...'], outputs: [output], attributes: {}, anyRank: true, infer })

export const elementwiseBinary = {
  add: binary('Add', 14, {}, arithmetic(addRule)),
  and: binary(
    'And',
    7,
    {},
    logic((a, b) => a && b),
  ),
  bitShift: binary('BitShift', 11, { direction: 'string!' }, broadcast, ['X', 'Y', 'Z']),
  bitwiseAnd: binary('BitwiseAnd', 18, {}, broadcast),
  bitwiseOr: binary('BitwiseOr', 18, {}, broadcast),
  bitwiseXor: binary('BitwiseXor', 18, {}, broadcast),
  div: binary('Div', 14, {}, arithmetic(divRule)),
  equal: binary('Equal', 19, {}, compare('==')),
  greater: binary('Greater', 13, {}, compare('>')),
  greaterOrEqual: binary('GreaterOrEqual', 16, {}, compare('>=')),
  less: binary('Less', 13, {}, compare('<')),
  lessOrEqual: binary('LessOrEqual', 16, {}, compare('<=')),
  max: variadic('Max', 'max', arithmetic(maxRule)),
  mean: variadic('Mean', 'mean', broadcast),
  min: variadic('Min', 'min', arithmetic(minRule)),
  mod: binary('Mod', 13, { fmod: 'int' }, arithmetic(modRule)),
  mul: binary('Mul', 14, {}, arithmetic(mulRule)),
  or: binary(
    'Or',
    7,
    {},
    logic((a, b) => a || b),
  ),
  pow: binary('Pow', 15, {}, inferPow, ['X', 'Y', 'Z']),
  sub: binary('Sub', 14, {}, arithmetic(subRule)),
  sum: variadic('Sum', 'sum', arithmetic(addRule)),
  where: operator({
    op: 'Where',
    since: 16,
    inputs: ['condition', 'X', 'Y'],
    outputs: ['output'],
    attributes: {},
    anyRank: true,
    infer: inferWhere,
  }),
  xor: binary(
    'Xor',
    7,
    {},
    logic((a, b) => a !== b),
  ),
} as const

function inferWhere(context: InferenceContext): OutputInfo[] {
  if (context.dtype(0) !== 'bool') context.fail(`the condition is ${context.dtype(0)}, not bool`)
  const dims = broadcastAll(context)
  const content = combine(context, dims, (condition = 0, yes, no) => (condition === 1 ? yes : no))
  return [tensorInfo(context.sharedDtype(1, 2), dims, content)]
}
