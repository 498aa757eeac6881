import { type DType, isFloat } from '../graph/index.ts'
import type { OutputMetrics } from './metrics.ts'

/** What a result may lose. */
export interface Budget {
  /** Least signal-to-noise ratio of every float output, in dB. */
  readonly minSqnrDb?: number | undefined
  /** Largest |difference| of every float output, in the output's own units. */
  readonly maxError?: number | undefined
  /** As `maxError`, in parts of the output's largest |value|, and never less than `ABSOLUTE_FLOOR` or the dtype's `RESOLUTION`. */
  readonly maxRelativeError?: number | undefined
  /** Least share of equal elements of integer, bool and string outputs. */
  readonly minAgreement: number
}

/** Where an output is zero all over, its scale is no measure. */
const ABSOLUTE_FLOOR = 1e-6

/**
 * Two steps between neighbours at an output's largest value, in parts of it: nothing that is computed in these dtypes comes nearer to what
 * another order of the same sums gives, since one step is already more than 1e-4.
 */
const RESOLUTION: { readonly [dtype in DType]?: number } = { float16: 2 ** -9, bfloat16: 2 ** -6 }

const relativeBound = (maxRelativeError: number, dtype: DType): number =>
  Math.max(maxRelativeError, RESOLUTION[dtype] ?? 0)

/** What is validated: a conversion against what the framework recorded, or a quantised model against the float one. */
export type BudgetName = 'conversion' | 'fp16' | 'int8'

/**
 * Defaults, and why.
 * - conversion: another runtime sums in another order, which costs about 1e-6 of an output's scale in a small network and
 *   some 1e-5 in a deep one; 1e-4 is what onnx2tf and OnnxSlim accept, and a wrong operator misses it by orders of magnitude.
 * - fp16: 11 bits of mantissa keep 55 to 80 dB in most networks, 47 dB in one that takes logarithms of a spectrum. Below 40 dB
 *   something left float16's range.
 * - int8: 36 to 43 dB were measured with per-channel weights and dynamic activations on random networks; trained networks
 *   with outlier channels go lower. At 20 dB the noise is a tenth of the signal, and classes begin to flip.
 *
 * Integer outputs (classes, token ids) follow floats that are near each other: a hundredth may differ in fp16, a tenth in int8.
 */
export const DEFAULT_BUDGETS: { readonly [name in BudgetName]: Budget } = {
  conversion: { maxRelativeError: 1e-4, minAgreement: 1 },
  fp16: { minSqnrDb: 40, minAgreement: 0.99 },
  int8: { minSqnrDb: 20, minAgreement: 0.9 },
}

/** `maxError=` and `minSqnr=` of a request. A bound that is given replaces the default; the other kind is dropped. */
export interface BudgetOverride {
  readonly maxError?: number | undefined
  readonly minSqnr?: number | undefined
}

export function budgetFor(name: BudgetName, { maxError, minSqnr }: BudgetOverride = {}): Budget {
  const standard = DEFAULT_BUDGETS[name]
  if (maxError === undefined && minSqnr === undefined) return standard
  return { maxError, minSqnrDb: minSqnr, minAgreement: standard.minAgreement }
}

/** What an output misses, as sentences; empty when it is within the budget. */
export function missed(metrics: OutputMetrics, dtype: DType, budget: Budget): string[] {
  const { name, maxAbs } = metrics
  if (maxAbs === Number.POSITIVE_INFINITY)
    return [`${name} is NaN or infinite where its reference is not, or the other way round`]
  return isFloat(dtype) ? missedBounds(metrics, dtype, budget) : missedAgreement(metrics, budget)
}

/**
 * How much of the budget an output's error uses up, as a part of what is allowed: above 1 it misses. Errors are counted by
 * their power, so that those of independent causes add.
 */
export function budgetUse(
  { maxAbs, sqnrDb, scale, agreement }: OutputMetrics,
  dtype: DType,
  budget: Budget,
): number {
  const { minSqnrDb, maxError, maxRelativeError, minAgreement } = budget
  if (maxAbs === Number.POSITIVE_INFINITY) return maxAbs
  if (!isFloat(dtype)) return ratio(1 - agreement, 1 - minAgreement)
  return Math.max(
    minSqnrDb === undefined ? 0 : 10 ** ((minSqnrDb - sqnrDb) / 10),
    maxError === undefined ? 0 : ratio(maxAbs, maxError) ** 2,
    maxRelativeError === undefined
      ? 0
      : ratio(maxAbs, Math.max(ABSOLUTE_FLOOR, relativeBound(maxRelativeError, dtype) * scale)) ** 2,
  )
}

const ratio = (error: number, allowed: number): number => (error === 0 ? 0 : error / allowed)

function missedBounds(
  { name, maxAbs, sqnrDb, scale }: OutputMetrics,
  dtype: DType,
  budget: Budget,
): string[] {
  const { minSqnrDb, maxError, maxRelativeError } = budget
  const error = maxAbs.toPrecision(3)
  const misses: string[] = []
  if (minSqnrDb !== undefined && !(sqnrDb >= minSqnrDb))
    misses.push(`${name} has ${sqnrDb.toFixed(1)} dB where at least ${minSqnrDb} dB are asked for`)
  if (maxError !== undefined && !(maxAbs <= maxError))
    misses.push(`${name} differs by up to ${error} where ${maxError} is allowed`)
  const relative = maxRelativeError === undefined ? undefined : relativeBound(maxRelativeError, dtype)
  if (relative !== undefined && !(maxAbs <= Math.max(ABSOLUTE_FLOOR, relative * scale)))
    misses.push(
      `${name} differs by up to ${error}, more than ${relative} of its largest value ${scale.toPrecision(3)}`,
    )
  return misses
}

const missedAgreement = ({ name, agreement }: OutputMetrics, { minAgreement }: Budget): string[] =>
  agreement >= minAgreement
    ? []
    : [
        `${name} is equal in ${(100 * agreement).toFixed(1)} % of its elements where ${100 * minAgreement} % are asked for`,
      ]
