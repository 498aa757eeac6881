import { add, type Dim, floorDiv, maxDim, minDim, mod, mul, sub } from '../dims/index.ts'
import { DTYPES } from '../dtype.ts'
import { combine } from '../inference/combine.ts'
import { fitsExactly } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastAll } from '../inference/shared.ts'

export type Rule = (context: InferenceContext, ...operands: readonly Dim[]) => Dim | undefined

/** Broadcast arithmetic on inputs of one dtype that also carries known integers, element by element. */
export const arithmetic =
  (rule: Rule) =>
  (context: InferenceContext): OutputInfo[] => {
    const dtype = context.sharedDtype()
    const dims = broadcastAll(context)
    const content = combine(context, dims, (...operands) => {
      const result = rule(context, ...operands)
      return result !== undefined && fitsExactly(dtype, context.bounds(result)) ? result : undefined
    })
    return [tensorInfo(dtype, dims, content)]
  }

export const addRule: Rule = (_, ...dims) => dims.reduce(add)
export const subRule: Rule = (_, a = 0, b = 0) => sub(a, b)
export const mulRule: Rule = (context, a = 1, b = 1) =>
  isAnyNegative(context, a, b) ? unsignedZero(context, mul(a, b)) : mul(a, b)
export const maxRule: Rule = (context, ...dims) => dims.reduce((a, b) => larger(context, a, b))
export const minRule: Rule = (context, ...dims) => dims.reduce((a, b) => smaller(context, a, b))

/** Integers divide towards zero, floats exactly: what leaves a fraction is not carried. */
export const divRule: Rule = (context, a = 0, b = 1) => {
  const integral = DTYPES[context.dtype(0)].kind === 'int'
  if (integral) return truncatedDiv(context, a, b)
  const quotient = exactDiv(context, a, b)
  return isAnyNegative(context, a, b) ? unsignedZero(context, quotient) : quotient
}

const isAnyNegative = (context: InferenceContext, ...dims: readonly Dim[]): boolean =>
  dims.some((dim) => !context.decide(dim, '>=', 0))

/** Zeros of floats have a sign, which no dim carries: `1 / -0.0` is not `1 / 0.0`. */
export function unsignedZero(context: InferenceContext, dim: Dim | undefined): Dim | undefined {
  if (dim === undefined || DTYPES[context.dtype(0)].kind === 'int') return dim
  return context.decide(dim, '!=', 0) ? dim : undefined
}

/** `fmod=0`: the sign of the divisor, as Python; `fmod=1`: the sign of the dividend, as C. */
export const modRule: Rule = (context, a = 0, b = 1) => {
  if (b === 0 || !context.decide(b, '!=', 0)) return undefined
  if (context.int('fmod', 0) === 0) return mod(a, b)
  const quotient = truncatedDiv(context, a, b)
  return quotient === undefined ? undefined : sub(a, mul(b, quotient))
}

/** a / b rounded towards zero, where the signs are known. */
function truncatedDiv(context: InferenceContext, a: Dim, b: Dim): Dim | undefined {
  if (context.decide(b, '<', 0)) return truncatedDiv(context, mul(a, -1), mul(b, -1))
  if (!context.decide(b, '>', 0)) return undefined
  if (mod(a, b) === 0 || context.decide(a, '>=', 0)) return floorDiv(a, b)
  return context.decide(a, '<=', 0) ? mul(floorDiv(mul(a, -1), b), -1) : undefined
}

const exactDiv = (context: InferenceContext, a: Dim, b: Dim): Dim | undefined =>
  context.decide(b, '!=', 0) && mod(a, b) === 0 ? floorDiv(a, b) : undefined

/** The maximum, as one of the two where facts decide. */
export function larger(context: InferenceContext, a: Dim, b: Dim): Dim {
  if (context.decide(a, '>=', b)) return a
  return context.decide(b, '>=', a) ? b : maxDim(a, b)
}

export function smaller(context: InferenceContext, a: Dim, b: Dim): Dim {
  if (context.decide(a, '<=', b)) return a
  return context.decide(b, '<=', a) ? b : minDim(a, b)
}
