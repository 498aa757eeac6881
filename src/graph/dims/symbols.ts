import { extremum, floorDiv, mul, sum } from './arithmetic.ts'
import { type Atom, type Dim, fromAtom, intern, operandsOf } from './dim.ts'

/** The expression with symbols replaced, canonical again. */
export function substitute(dim: Dim, bindings: ReadonlyMap<string, Dim>): Dim {
  return substituted(dim, bindings, new Map())
}

type Bindings = ReadonlyMap<string, Dim>

function substituted(dim: Dim, bindings: Bindings, done: Map<Dim, Dim>): Dim {
  if (typeof dim === 'number') return dim
  const known = done.get(dim)
  if (known !== undefined) return known
  const terms = dim.terms.map(({ coefficient, atoms }) =>
    atoms.reduce<Dim>((left, atom) => mul(left, substitutedAtom(atom, bindings, done)), coefficient),
  )
  const result = sum([...terms, dim.constant])
  done.set(dim, result)
  return result
}

function substitutedAtom(atom: Atom, bindings: Bindings, done: Map<Dim, Dim>): Dim {
  const inner = (operand: Dim) => substituted(operand, bindings, done)
  switch (atom.kind) {
    case 'symbol':
      return bindings.get(atom.name) ?? fromAtom(intern(atom))
    case 'floordiv':
      return floorDiv(inner(atom.a), inner(atom.b))
    case 'group':
      return inner(atom.sum)
    default:
      return extremum(atom.kind, atom.args.map(inner))
  }
}

/** The value under the bindings; undefined when a symbol has none. */
export function evaluate(dim: Dim, bindings: ReadonlyMap<string, number>): number | undefined {
  const value = substitute(dim, bindings)
  return typeof value === 'number' ? value : undefined
}

/**
 * Names of the symbols an expression is made of, in order of first appearance.
 *
 * @param seen what was walked before: an expression is a DAG, and a part that stands in it, or in many, a thousand times is walked once.
 */
export function symbolsOf(dim: Dim, found = new Set<string>(), seen = new Set<Dim>()): Set<string> {
  if (typeof dim === 'number' || seen.has(dim)) return found
  seen.add(dim)
  for (const { atoms } of dim.terms)
    for (const atom of atoms) {
      if (atom.kind === 'symbol') found.add(atom.name)
      for (const operand of operandsOf(atom)) symbolsOf(operand, found, seen)
    }
  return found
}
