import { add, mul, sub } from './arithmetic.ts'
import { type Atom, type Dim, fromAtom, type SymDim, type Term } from './dim.ts'

/** What a model knows of one of its symbols. */
export interface SymbolFacts {
  /** Smallest and largest value, inclusive. */
  readonly min: number
  readonly max: number
  /** Example value to try decisions on; absent for sizes that only the data decides (unbacked: nonzero, nms). */
  readonly hint?: number | undefined
  /** Whether the hint is one that a front end took because nobody gave a size. */
  readonly isOwnHint?: boolean | undefined
}

/** Dims that come from an input are at least 1 and may be anything. */
export const DEFAULT_FACTS: SymbolFacts = { min: 1, max: Number.POSITIVE_INFINITY }

export type DimFacts = ReadonlyMap<string, SymbolFacts>

/** Interval arithmetic: bounds that hold for every value the symbols may take, though they may not be reached. */
export const bounds = (dim: Dim, facts: DimFacts): Interval =>
  typeof dim === 'number' ? [dim, dim] : boundsOf(dim, facts, new Map())

/** `done`: an expression is a DAG, and each part of it is bounded once. */
function boundsOf(dim: Dim, facts: DimFacts, done: Map<Dim, Interval>): Interval {
  if (typeof dim === 'number') return [dim, dim]
  const known = done.get(dim)
  if (known) return known
  const termwise = dim.terms
    .map((term) => termBounds(term, facts, done))
    .reduce<Interval>(([a, b], [c, d]) => [a + c, b + d], [dim.constant, dim.constant])
  const interval = intersection(termwise, remainderBounds(dim, facts, done))
  done.set(dim, interval)
  return interval
}

/**
 * m·⌊a/k⌋ = (m/k)·(a − r) with a remainder r of 0 to k − 1: where the rest of the sum takes a away, what is left are bounds
 * of the remainder. So `4·⌈H/4⌉ − H` is 0 to 3, though H may be anything.
 */
function remainderBounds(dim: SymDim, facts: DimFacts, done: Map<Dim, Interval>): Interval {
  for (const { coefficient, atoms } of dim.terms) {
    const [atom, second] = atoms
    if (atom?.kind !== 'floordiv' || second || typeof atom.b !== 'number' || atom.b <= 0) continue
    if (coefficient % atom.b !== 0) continue
    const times = coefficient / atom.b
    const rest = add(sub(dim, mul(fromAtom(atom), coefficient)), mul(atom.a, times))
    if (typeof rest !== 'number' && rest.terms.length >= dim.terms.length) continue
    const [low, high] = boundsOf(rest, facts, done)
    const [least, most] = multiplyIntervals([-times, -times], [0, atom.b - 1])
    return [low + least, high + most]
  }
  return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
}

const intersection = ([a, b]: Interval, [c, d]: Interval): Interval => [Math.max(a, c), Math.min(b, d)]

function termBounds(term: Term, facts: DimFacts, done: Map<Dim, Interval>): Interval {
  return term.atoms
    .map((atom) => atomBounds(atom, facts, done))
    .reduce(multiplyIntervals, [term.coefficient, term.coefficient])
}

function atomBounds(atom: Atom, facts: DimFacts, done: Map<Dim, Interval>): Interval {
  switch (atom.kind) {
    case 'symbol': {
      const { min, max } = facts.get(atom.name) ?? DEFAULT_FACTS
      return [min, max]
    }
    case 'group':
      return boundsOf(atom.sum, facts, done)
    case 'floordiv':
      return divideIntervals(boundsOf(atom.a, facts, done), boundsOf(atom.b, facts, done))
    default: {
      const intervals = atom.args.map((arg) => boundsOf(arg, facts, done))
      const pick = atom.kind === 'max' ? Math.max : Math.min
      return [pick(...intervals.map(([low]) => low)), pick(...intervals.map(([, high]) => high))]
    }
  }
}

type Interval = readonly [min: number, max: number]

function multiplyIntervals([a, b]: Interval, [c, d]: Interval): Interval {
  const corners = [times(a, c), times(a, d), times(b, c), times(b, d)]
  return [Math.min(...corners), Math.max(...corners)]
}

/** 0 · ∞ is 0 here: a bound of zero stays one. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b)

function divideIntervals([a, b]: Interval, [c, d]: Interval): Interval {
  if (c <= 0) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const corners = [over(a, c), over(a, d), over(b, c), over(b, d)]
  return [Math.min(...corners), Math.max(...corners)]
}

const over = (a: number, b: number): number =>
  Math.abs(b) === Number.POSITIVE_INFINITY ? (a < 0 ? -1 : 0) : Math.floor(a / b)

export type Relation = '==' | '<' | '<=' | '>' | '>=' | '!='

/** Whether `a relation b` holds for every allowed value (true), for none (false), or depends (undefined). */
export function decide(a: Dim, relation: Relation, b: Dim, facts: DimFacts): boolean | undefined {
  const difference = sub(a, b)
  const [low, high] = bounds(difference, facts)
  switch (relation) {
    case '==':
      if (low === 0 && high === 0) return true
      return low > 0 || high < 0 || isNeverZero(difference) ? false : undefined
    case '!=':
      return not(decide(a, '==', b, facts))
    case '>':
      return low > 0 ? true : high <= 0 ? false : undefined
    case '>=':
      return low >= 0 ? true : high < 0 ? false : undefined
    case '<':
      return not(decide(a, '>=', b, facts))
    case '<=':
      return not(decide(a, '>', b, facts))
  }
}

/** 4·N − 2·M + 1: what divides every term does not divide the rest. */
function isNeverZero(dim: Dim): boolean {
  if (typeof dim === 'number') return dim !== 0
  const divisor = dim.terms.reduce((common, { coefficient }) => gcd(common, Math.abs(coefficient)), 0)
  return divisor > 1 && dim.constant % divisor !== 0
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

const not = (answer: boolean | undefined): boolean | undefined => (answer === undefined ? undefined : !answer)
