import type { Node, Value } from '../../graph/index.ts'
import { constantNumber } from '../match/constants.ts'

/** coefficient · ∏ atom^exponent */
export interface Term {
  readonly coefficient: number
  readonly powers: ReadonlyMap<Value, number>
}

/** What a value computes, spelled out: the sum of its terms, in no order. */
export interface Polynomial {
  readonly terms: readonly Term[]
  /** What computes it from the atoms: taken out when the whole becomes one operator. */
  readonly nodes: ReadonlySet<Node>
}

/** What a pattern is made of stays far below these: they bound the work on a graph that is no pattern. */
const MOST_NODES = 24
const MOST_TERMS = 8

/**
 * Multiplies a value out into a polynomial of `atoms` and of the constants of several elements that it meets. So one
 * description covers every spelling: `x·0.5·(1 + t)`, `0.5·x + 0.5·x·t`, `(x/2)·(t + 1)` have the same terms.
 *
 * @param atoms Values that are not looked into.
 * @returns undefined where something else than arithmetic of atoms and constants is met.
 * @example multiplyOut(y, [x, erf]) // terms { 0.5, x } and { 0.5, x·erf }
 */
export function multiplyOut(value: Value, atoms: readonly Value[]): Polynomial | undefined {
  const expansion = new Expansion(atoms)
  const terms = expansion.of(value)
  return terms && { terms, nodes: expansion.nodes }
}

class Expansion {
  readonly nodes = new Set<Node>()
  readonly #atoms: ReadonlySet<Value>
  readonly #known = new Map<Value, readonly Term[] | undefined>()

  constructor(atoms: readonly Value[]) {
    this.#atoms = new Set(atoms)
  }

  of(value: Value | undefined): readonly Term[] | undefined {
    if (!value) return undefined
    if (this.#known.has(value)) return this.#known.get(value)
    const terms = this.#expand(value)
    const collected = terms && collect(terms)
    this.#known.set(value, collected)
    return collected
  }

  #expand(value: Value): readonly Term[] | undefined {
    if (this.#atoms.has(value)) return [atom(value)]
    const number = constantNumber(value)
    if (number !== undefined) return [{ coefficient: number, powers: new Map() }]
    if (value.tensor) return [atom(value)]
    const node = value.producer
    if (node?.domain !== '' || this.nodes.size >= MOST_NODES) return undefined
    const rule = RULES[node.op]
    if (!rule) return undefined
    this.nodes.add(node)
    return rule(node, (index) => this.of(node.inputs[index]))
  }
}

const atom = (value: Value): Term => ({ coefficient: 1, powers: new Map([[value, 1]]) })

type Operand = (index: number) => readonly Term[] | undefined
type Terms = readonly Term[]

/** How an operator's terms follow from those of its inputs. */
const RULES: { readonly [op: string]: (node: Node, of: Operand) => Terms | undefined } = {
  Add: (_, of) => both(of, sum),
  Sub: (_, of) => both(of, (a, b) => sum(a, scaled(b, -1))),
  Mul: (_, of) => both(of, times),
  Div: (_, of) =>
    both(of, (a, b) => {
      const inverse = power(b, -1)
      return inverse && times(a, inverse)
    }),
  Neg: (_, of) => scaled(of(0) ?? [], -1),
  Reciprocal: (_, of) => power(of(0), -1),
  Sqrt: (_, of) => power(of(0), 0.5),
  Pow: ({ inputs }, of) => {
    const exponent = constantNumber(inputs[1])
    return exponent === undefined ? undefined : power(of(0), exponent)
  },
}

function both(of: Operand, combine: (a: Terms, b: Terms) => Terms | undefined): Terms | undefined {
  const [a, b] = [of(0), of(1)]
  return a && b && combine(a, b)
}

const sum = (a: Terms, b: Terms): Terms => [...a, ...b]

const scaled = (terms: Terms, factor: number): Terms =>
  terms.map(({ coefficient, powers }) => ({ coefficient: coefficient * factor, powers }))

const times = (a: Terms, b: Terms): Terms | undefined =>
  a.length * b.length > MOST_TERMS ** 2
    ? undefined
    : a.flatMap((left) => b.map((right) => product(left, right)))

function product(a: Term, b: Term): Term {
  const powers = new Map(a.powers)
  for (const [value, exponent] of b.powers) {
    const total = (powers.get(value) ?? 0) + exponent
    if (total === 0) powers.delete(value)
    else powers.set(value, total)
  }
  return { coefficient: a.coefficient * b.coefficient, powers }
}

/** Roots and inverses of sums are no polynomials, and (x²)^½ is not x: a root is taken of an atom alone. */
function power(terms: Terms | undefined, exponent: number): Terms | undefined {
  const [term, ...others] = terms ?? []
  if (!terms || !term) return undefined
  if (Number.isInteger(exponent) && exponent > 0 && exponent <= 4) {
    let result: Terms | undefined = terms
    for (let i = 1; i < exponent; i++) result = result && times(result, terms)
    return result
  }
  const isAtom = term.coefficient === 1 && [...term.powers.values()].every((own) => own === 1)
  const whole = Number.isInteger(exponent)
  if (others.length > 0 || (!whole && (!isAtom || term.powers.size !== 1))) return undefined
  const powers = new Map([...term.powers].map(([value, own]) => [value, own * exponent]))
  return [{ coefficient: term.coefficient ** exponent, powers }]
}

/** Terms of the same powers become one; those that cancel out go. */
function collect(terms: Terms): Terms | undefined {
  const collected: Term[] = []
  for (const term of terms) {
    const index = collected.findIndex(({ powers }) => samePowers(powers, term.powers))
    const same = collected[index]
    if (!same) collected.push(term)
    else collected[index] = { coefficient: same.coefficient + term.coefficient, powers: same.powers }
  }
  const kept = collected.filter(({ coefficient }) => coefficient !== 0)
  return kept.length > MOST_TERMS ? undefined : kept
}

function samePowers(a: Term['powers'], b: Term['powers']): boolean {
  return a.size === b.size && [...a].every(([value, exponent]) => b.get(value) === exponent)
}

/** The coefficient of the term with these powers; 0 without one. */
export function coefficientOf(
  { terms }: Polynomial,
  ...powers: readonly (readonly [Value, number])[]
): number {
  const wanted = new Map(powers)
  return terms.find((term) => samePowers(term.powers, wanted))?.coefficient ?? 0
}
