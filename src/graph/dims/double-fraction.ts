/** How a number is made whole; halves go to the even neighbour, as Python's `round` has it. */
export type Rounding = 'floor' | 'ceil' | 'round'

export type Fraction = readonly [numerator: number, denominator: number]

/** Float32 counts to here, and so does the runtime's Resize. */
export const SIZE_LIMIT = 2 ** 24
const DENOMINATOR_LIMIT = 4096

/** A size times a constant as double precision has it: a product or quotient or two of them, each rounded. */
export interface DoubleProduct {
  /** Tells it from others. @example '* 0.7' */
  readonly key: string
  readonly at: (size: number) => number
}

const fractions = new Map<string, Fraction | undefined>()

/**
 * A fraction p/q for which size · p/q, made whole, is what double precision makes of the product at every size from 0 to the
 * largest. Undefined where there is none: 90 · 0.7 is below 63 in double, and 10 · 0.7 is 7.
 *
 * @example wholeFraction({ key: '* 1.3', at: (size) => size * 1.3 }, 'floor', 4096) // [13, 10]
 */
export function wholeFraction(
  product: DoubleProduct,
  rounding: Rounding,
  largest: number,
): Fraction | undefined {
  const upTo = Math.min(largest, SIZE_LIMIT)
  const key = `${product.key} ${rounding} ${upTo}`
  if (!fractions.has(key)) fractions.set(key, provenFraction(product.at, ROUND[rounding], upTo))
  return fractions.get(key)
}

export function halfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

const ROUND: Readonly<Record<Rounding, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: halfToEven,
}

/** A double and the fraction next to it are made whole differently at most where size · p/q is whole, or a half. */
function provenFraction(
  at: (size: number) => number,
  round: (value: number) => number,
  largest: number,
): Fraction | undefined {
  const [p, q] = nearestFraction(at(1))
  if (p / q !== at(1)) return undefined
  const step = q % 2 === 0 ? q / 2 : q
  for (let size = step; size <= largest; size += step)
    if (round(at(size)) !== round((size * p) / q)) return undefined
  return [p, q]
}

/** The last convergent of the continued fraction with a small denominator. */
function nearestFraction(scale: number): Fraction {
  let [p, q, beforeP, beforeQ, rest] = [Math.floor(scale), 1, 1, 0, scale]
  while (p / q !== scale) {
    rest = 1 / (rest - Math.floor(rest))
    const digit = Math.floor(rest)
    const next: Fraction = [digit * p + beforeP, digit * q + beforeQ]
    if (!(next[1] <= DENOMINATOR_LIMIT)) break
    ;[beforeP, beforeQ, p, q] = [p, q, ...next]
  }
  return [p, q]
}
