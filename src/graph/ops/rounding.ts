import { type Dim, floorDiv, mul } from '../dims/index.ts'
import { broadcastContent } from '../inference/combine.ts'
import { fitsExactly } from '../inference/content.ts'
import { type Call, InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { allKnown } from '../inference/shared.ts'
import { elementCount, tensorData } from '../tensor.ts'
import type { Value } from '../value.ts'

export type Direction = 'down' | 'up' | 'towards-zero'

/** Floor and Ceil: whole numbers stay, and ⌊size / 2.0⌋ or ⌊size · 0.5⌋ is an exact floor division. */
export const inferRounding =
  (direction: Direction) =>
  (context: InferenceContext): OutputInfo[] => [
    tensorInfo(context.dtype(0), context.knownDims(0), roundedContent(context, direction)),
  ]

/**
 * Integers of a float tensor once it is rounded. Sizes are whole numbers below 2^24 here (`fitsExactly`), so that their
 * float32 quotient, correctly rounded, never reaches the next whole number: it differs from it by at least 1/divisor.
 */
export function roundedContent(context: InferenceContext, direction: Direction): readonly Dim[] | undefined {
  const content = context.content(0)
  if (content) return content
  const fractions = fractionsOf(context, context.input(0))
  return allKnown(fractions?.map((fraction) => round(context, fraction, direction)))
}

interface Fraction {
  readonly numerator: Dim
  readonly denominator: Dim
}

/** The quotients that a Div, or a Mul by a constant, of known integers gives. */
function fractionsOf(context: InferenceContext, value: Value): readonly Fraction[] | undefined {
  const node = value.producer
  if (node?.domain !== '' || (node.op !== 'Div' && node.op !== 'Mul')) return undefined
  const call: Call = { op: node.op, inputs: node.inputs, attributes: node.attributes }
  const inner = new InferenceContext(context.model, call)
  const numerators = broadcastContent(inner, 0, value.dims)
  if (!numerators) return undefined
  if (node.op === 'Div') {
    const denominators = broadcastContent(inner, 1, value.dims)
    return (
      denominators && numerators.map((numerator, at) => ({ numerator, denominator: denominators[at] ?? 0 }))
    )
  }
  const factor = dyadic(node.input(1))
  return (
    factor &&
    numerators.map((numerator) => ({ numerator: mul(numerator, factor[0]), denominator: factor[1] }))
  )
}

/** A scalar constant p / 2^k with small terms, which products of sizes with are exact. */
function dyadic(value: Value): readonly [numerator: number, denominator: number] | undefined {
  const { tensor } = value
  if (
    !tensor ||
    elementCount(tensor.dims) !== 1 ||
    (tensor.dtype !== 'float32' && tensor.dtype !== 'float64')
  )
    return undefined
  return dyadicOf(Number(tensorData(tensor)[0]))
}

const DENOMINATOR_LIMIT = 256

export function dyadicOf(factor: number): readonly [numerator: number, denominator: number] | undefined {
  for (let denominator = 1; denominator <= DENOMINATOR_LIMIT; denominator *= 2) {
    if (Number.isInteger(factor * denominator)) return [factor * denominator, denominator]
  }
  return undefined
}

function round(
  context: InferenceContext,
  { numerator, denominator }: Fraction,
  direction: Direction,
): Dim | undefined {
  const exact = fitsExactly(context.dtype(0), context.bounds(numerator))
  if (!exact || !context.decide(denominator, '>', 0)) return undefined
  if (direction === 'up') return mul(floorDiv(mul(numerator, -1), denominator), -1)
  return direction === 'down' || context.decide(numerator, '>=', 0)
    ? floorDiv(numerator, denominator)
    : undefined
}
