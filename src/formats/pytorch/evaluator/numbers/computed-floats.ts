import { bounds, type SymDim } from '../../../../graph/index.ts'
import { holds } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { ComputedFloat, FloatOperator, FloatValue } from '../values/index.ts'

/** Deeper ones are taken at the hints: a loop over layers makes one that grows with every turn. */
const MAX_DEPTH = 64

export const AT_HINTS: Readonly<Record<FloatOperator, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  sqrt: Math.sqrt,
  log: Math.log,
}

/**
 * A float that the graph computes from dynamic sizes, in double precision as Python does.
 *
 * @returns undefined where Python would raise an error for some size that is allowed, and where none of it is symbolic.
 */
export function computedFloat(
  i: Interpreter,
  operator: FloatOperator,
  operands: readonly FloatValue[],
): FloatValue | undefined {
  const [a, b] = operands
  if (!a || operands.every(({ symbolic }) => symbolic === undefined)) return undefined
  const depth = 1 + Math.max(...operands.map(depthOf))
  if (depth > MAX_DEPTH || !isDefined(i, operator, a, b)) return undefined
  return {
    kind: 'float',
    value: AT_HINTS[operator](a.value, b?.value ?? 0),
    symbolic: {
      kind: 'computed',
      operator,
      operands,
      least: leastResult(operator, leastOf(i, a), b ? leastOf(i, b) : 0),
      depth,
    },
  }
}

const depthOf = ({ symbolic }: FloatValue): number => (symbolic?.kind === 'computed' ? symbolic.depth : 0)

/** Whether Python computes it without an error. */
function isDefined(
  i: Interpreter,
  operator: FloatOperator,
  a: FloatValue,
  b: FloatValue | undefined,
): boolean {
  switch (operator) {
    case 'div':
      return b !== undefined && isNeverZero(i, b)
    // A size in the exponent would soon be past all floats.
    case 'pow':
      return leastOf(i, a) > 0 && b !== undefined && !b.symbolic && Number.isFinite(b.value)
    case 'sqrt':
      return leastOf(i, a) >= 0
    case 'log':
      return leastOf(i, a) > 0
    default:
      return true
  }
}

function isNeverZero(i: Interpreter, value: FloatValue): boolean {
  if (value.symbolic?.kind === 'scaled') return holds(i.session, value.symbolic.dim, '!=', 0)
  return leastOf(i, value) > 0 || (!value.symbolic && value.value !== 0)
}

/** No size makes it less. */
export function leastOf(i: Interpreter, { value, symbolic }: FloatValue): number {
  if (symbolic?.kind === 'computed') return symbolic.least
  if (!symbolic) return value
  const [least, most] = bounds(symbolic.dim, i.session.model.facts)
  return ((symbolic.numerator > 0 ? least : most) * symbolic.numerator) / symbolic.denominator
}

/** By the least that its operands can be. */
function leastResult(operator: FloatOperator, a: number, b: number): number {
  switch (operator) {
    case 'add':
      return a + b
    case 'mul':
      return a > 0 && b > 0 ? a * b : Number.NEGATIVE_INFINITY
    case 'div':
      return a > 0 && b > 0 ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY
    case 'pow':
      return Number.MIN_VALUE
    case 'sqrt':
      return Math.sqrt(a)
    case 'log':
      return Math.log(a)
    default:
      return Number.NEGATIVE_INFINITY
  }
}

/** The sizes that a float stems from. */
export function sizesBehind(value: FloatValue): ReadonlySet<SymDim> {
  const found = new Set<SymDim>()
  const seen = new Set<ComputedFloat>()
  const walk = ({ symbolic }: FloatValue): void => {
    if (symbolic?.kind === 'scaled') found.add(symbolic.dim)
    if (symbolic?.kind !== 'computed' || seen.has(symbolic)) return
    seen.add(symbolic)
    symbolic.operands.forEach(walk)
  }
  walk(value)
  return found
}
