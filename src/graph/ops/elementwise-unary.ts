import { type Dim, mul } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import { firstDimsAs, mapContent } from '../inference/shared.ts'
import { unsignedZero } from './integer-arithmetic.ts'
import { inferRounding } from './rounding.ts'
import { unary } from './schema.ts'

const same = mapContent((dim) => dim)

const absolute = (dim: Dim, context: InferenceContext): Dim | undefined => {
  if (context.decide(dim, '>=', 0)) return dim
  return context.decide(dim, '<=', 0) ? mul(dim, -1) : undefined
}

const sign = (dim: Dim, context: InferenceContext): Dim | undefined => {
  if (context.decide(dim, '>', 0)) return 1
  if (context.decide(dim, '<', 0)) return -1
  return dim === 0 ? 0 : undefined
}

const negated = (dim: Dim): Dim | undefined => (typeof dim === 'number' ? 1 - dim : undefined)

/** Identity takes sequences and optionals too. */
const inferIdentity = (context: InferenceContext): OutputInfo[] => {
  const { type } = context.input(0)
  return [{ type: type ?? context.fail('its input has no type'), content: context.content(0) }]
}

/** Mathematics element by element. */
export const elementwiseUnary = {
  abs: unary('Abs', 13, ['X', 'Y'], {}, mapContent(absolute)),
  acos: unary('Acos', 7, ['input', 'output'], {}),
  acosh: unary('Acosh', 9, ['input', 'output'], {}),
  asin: unary('Asin', 7, ['input', 'output'], {}),
  asinh: unary('Asinh', 9, ['input', 'output'], {}),
  atan: unary('Atan', 7, ['input', 'output'], {}),
  atanh: unary('Atanh', 9, ['input', 'output'], {}),
  bitwiseNot: unary('BitwiseNot', 18, ['X', 'Y'], {}),
  ceil: unary('Ceil', 13, ['X', 'Y'], {}, inferRounding('up')),
  cos: unary('Cos', 7, ['input', 'output'], {}),
  cosh: unary('Cosh', 9, ['input', 'output'], {}),
  erf: unary('Erf', 13, ['input', 'output'], {}),
  exp: unary('Exp', 13, ['input', 'output'], {}),
  floor: unary('Floor', 13, ['X', 'Y'], {}, inferRounding('down')),
  identity: unary('Identity', 21, ['input', 'output'], {}, inferIdentity),
  isInf: unary(
    'IsInf',
    20,
    ['X', 'Y'],
    { detect_negative: 'int', detect_positive: 'int' },
    firstDimsAs('bool'),
  ),
  isNaN: unary('IsNaN', 20, ['X', 'Y'], {}, firstDimsAs('bool')),
  log: unary('Log', 13, ['input', 'output'], {}),
  neg: unary(
    'Neg',
    13,
    ['X', 'Y'],
    {},
    mapContent((dim, context) => unsignedZero(context, mul(dim, -1))),
  ),
  not: unary('Not', 1, ['X', 'Y'], {}, mapContent(negated)),
  reciprocal: unary('Reciprocal', 13, ['X', 'Y'], {}),
  round: unary('Round', 11, ['X', 'Y'], {}, same),
  sign: unary('Sign', 13, ['input', 'output'], {}, mapContent(sign)),
  sin: unary('Sin', 7, ['input', 'output'], {}),
  sinh: unary('Sinh', 9, ['input', 'output'], {}),
  sqrt: unary('Sqrt', 13, ['X', 'Y'], {}),
  tan: unary('Tan', 7, ['input', 'output'], {}),
} as const
