import { floorDiv, sub } from './arithmetic.ts'
import { type Atom, type Dim, fromAtom, isSymbolic, type SymDim, symbol, type Term } from './dim.ts'
import { bounds, DEFAULT_FACTS, type DimFacts, decide, type Relation } from './facts.ts'
import { evaluate, symbolsOf } from './symbols.ts'

/** A symbol and the one value it has. */
export interface Solution {
  readonly name: string
  readonly value: number
}

/**
 * The one size of the one symbol in `a relation b` for which it holds; undefined where others satisfy it too, where there is
 * none within the symbol's range, or where that was not found out. The symbol's hint is tried first.
 *
 * @example
 * onlySolution(mul(T, 2), '==', 12, facts) // { name: 'T', value: 6 }
 * onlySolution(floorDiv(T, 2), '==', 3, facts) // undefined: 6 and 7
 */
export function onlySolution(a: Dim, relation: Relation, b: Dim, facts: DimFacts): Solution | undefined {
  const difference = withoutCommonFactors(sub(a, b), facts)
  const [name, second] = symbolsOf(difference)
  if (name === undefined || second !== undefined || relation === '!=') return undefined
  if (directionOf(difference, facts) === undefined) return undefined
  const { min, max, hint } = facts.get(name) ?? DEFAULT_FACTS
  const holdsAt = (size: number): boolean =>
    size >= min &&
    size <= max &&
    decide(evaluate(difference, new Map([[name, size]])) ?? Number.NaN, relation, 0, facts) === true
  const value = [hint, rootOf(difference)].find((size) => size !== undefined && holdsAt(size))
  // What rises or falls throughout holds within one interval: the neighbours tell whether it is longer.
  if (value === undefined || holdsAt(value - 1) || holdsAt(value + 1)) return undefined
  return { name, value }
}

/** The two different symbols that `a == b` makes one: `T == S`, `N*T == N*S`. */
export function equalSymbols(a: Dim, b: Dim, facts: DimFacts): readonly [string, string] | undefined {
  const difference = withoutCommonFactors(sub(a, b), facts)
  if (!isSymbolic(difference) || difference.constant !== 0) return undefined
  const [first, second, third] = difference.terms
  if (!first || !second || third || first.coefficient !== -second.coefficient) return undefined
  const [left, right] = [nameOf(first), nameOf(second)]
  return left !== undefined && right !== undefined ? [left, right] : undefined
}

/** N·T − 6·N is zero where T − 6 is, as N is at least 1. */
function withoutCommonFactors(difference: Dim, facts: DimFacts): Dim {
  if (!isSymbolic(difference) || difference.constant !== 0 || difference.terms.length < 2) return difference
  const [first, ...rest] = difference.terms
  const common = first?.atoms.find(
    (atom) =>
      atom.kind === 'symbol' &&
      bounds(symbol(atom.name), facts)[0] >= 1 &&
      rest.every(({ atoms }) => atoms.includes(atom)),
  )
  if (common?.kind !== 'symbol') return difference
  return withoutCommonFactors(floorDiv(difference, symbol(common.name)), facts)
}

function nameOf({ atoms }: Term): string | undefined {
  const [atom, second] = atoms
  return atom?.kind === 'symbol' && second === undefined ? atom.name : undefined
}

/** Where c·T + k is zero. */
function rootOf(difference: Dim): number | undefined {
  if (!isSymbolic(difference)) return undefined
  const [term, second] = difference.terms
  if (!term || second || nameOf(term) === undefined) return undefined
  const root = -difference.constant / term.coefficient
  return Number.isInteger(root) ? root : undefined
}

/** 1: never falls while its symbols rise; −1: never rises; 0: does neither. */
type Direction = -1 | 0 | 1

/** How an expression goes with its symbols, all of them; undefined where that is not one way throughout, or not known. */
const directionOf = (dim: Dim, facts: DimFacts): Direction | undefined =>
  directionOfSum(dim, { facts, known: new Map() })

interface Scope {
  readonly facts: DimFacts
  /** An expression is a DAG: each part of it is looked at once. */
  readonly known: Map<SymDim, Direction | undefined>
}

function directionOfSum(dim: Dim, scope: Scope): Direction | undefined {
  if (typeof dim === 'number') return 0
  if (scope.known.has(dim)) return scope.known.get(dim)
  const direction = together(dim.terms.map((term) => directionOfTerm(term, scope)))
  scope.known.set(dim, direction)
  return direction
}

function directionOfTerm({ coefficient, atoms }: Term, scope: Scope): Direction | undefined {
  const isProduct = atoms.length > 1
  if (isProduct && !atoms.every((atom) => isNotNegative(atom, scope))) return undefined
  const direction = together(atoms.map((atom) => directionOfAtom(atom, scope)))
  return coefficient < 0 ? opposite(direction) : direction
}

const isNotNegative = (atom: Atom, { facts }: Scope): boolean => bounds(fromAtom(atom), facts)[0] >= 0

function directionOfAtom(atom: Atom, scope: Scope): Direction | undefined {
  switch (atom.kind) {
    case 'symbol':
      return 1
    case 'group':
      return directionOfSum(atom.sum, scope)
    case 'floordiv': {
      if (typeof atom.b !== 'number') return undefined
      const direction = directionOfSum(atom.a, scope)
      return atom.b < 0 ? opposite(direction) : direction
    }
    default:
      return together(atom.args.map((arg) => directionOfSum(arg, scope)))
  }
}

const opposite = (direction: Direction | undefined): Direction | undefined =>
  direction === 1 ? -1 : direction === -1 ? 1 : direction

/** Of what is added, multiplied or compared: one way, where no two go different ways. */
function together(directions: readonly (Direction | undefined)[]): Direction | undefined {
  let all: Direction = 0
  for (const direction of directions) {
    if (direction === undefined || (direction !== 0 && all === -direction)) return undefined
    if (direction !== 0) all = direction
  }
  return all
}
