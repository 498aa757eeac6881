import {
  type Atom,
  type Dim,
  dimKey,
  fromAtom,
  isSymbolic,
  makeSum,
  type SymDim,
  sortAtoms,
  type Term,
} from './dim.ts'

/** Products of sums are expanded while the result stays at most this long; beyond, a factor is kept whole. */
const EXPANSION_LIMIT = 16

/** Factors of one product; beyond, what was multiplied is kept whole: squaring k times would list 2^k of them. */
const DEGREE_LIMIT = 16

const constantOf = (dim: Dim): number => (typeof dim === 'number' ? dim : dim.constant)
const termsOf = (dim: Dim): readonly Term[] => (typeof dim === 'number' ? [] : dim.terms)

export function add(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  return makeSum(constantOf(a) + constantOf(b), [...termsOf(a), ...termsOf(b)])
}

/** All of them at once: adding one by one would sort ever longer sums. */
export const sum = (dims: readonly Dim[]): Dim =>
  makeSum(
    dims.reduce<number>((constant, dim) => constant + constantOf(dim), 0),
    dims.flatMap(termsOf),
  )

export function sub(a: Dim, b: Dim): Dim {
  if (typeof b === 'number') return add(a, -b + 0)
  return a === b ? 0 : add(a, mul(b, -1))
}

export function mul(a: Dim, b: Dim): Dim {
  // `+ 0` turns -0 into 0, which prints and compares as dims should.
  if (typeof a === 'number' && typeof b === 'number') return a * b + 0
  if (a === 1) return b
  if (b === 1) return a
  if (lengthOf(a) * lengthOf(b) > EXPANSION_LIMIT) return mul(grouped(a), grouped(b))
  if (degreeOf(a) + degreeOf(b) > DEGREE_LIMIT) return mul(asFactor(a), asFactor(b))
  const products: Term[] = []
  for (const left of withConstant(a))
    for (const right of withConstant(b)) products.push(multiply(left, right))
  const constant = products
    .filter((term) => term.atoms.length === 0)
    .reduce((sum, term) => sum + term.coefficient, 0)
  return makeSum(
    constant,
    products.filter((term) => term.atoms.length > 0),
  )
}

export const product = (dims: readonly Dim[]): Dim => dims.reduce(mul, 1)

const lengthOf = (dim: Dim): number => termsOf(dim).length + (constantOf(dim) === 0 ? 0 : 1)

const degreeOf = (dim: Dim): number =>
  termsOf(dim).reduce((most, { atoms }) => Math.max(most, atoms.length), 0)

const withConstant = (dim: Dim): Term[] =>
  constantOf(dim) === 0 ? [...termsOf(dim)] : [...termsOf(dim), { coefficient: constantOf(dim), atoms: [] }]

const multiply = (a: Term, b: Term): Term => ({
  coefficient: a.coefficient * b.coefficient,
  atoms: sortAtoms([...a.atoms, ...b.atoms]),
})

/** A sum as one opaque factor. */
const grouped = (dim: Dim): Dim => (isSymbolic(dim) && lengthOf(dim) > 1 ? opaque(dim) : dim)

/** A sum or a product as one opaque factor. */
const asFactor = (dim: Dim): Dim =>
  isSymbolic(dim) && (lengthOf(dim) > 1 || degreeOf(dim) > 1) ? opaque(dim) : dim

const opaque = (sum: SymDim): SymDim => fromAtom({ kind: 'group', sum, key: `(${sum.key})` })

/**
 * ⌊a / b⌋, Python's `//`. What divides exactly leaves the floor: ⌊(4N + 6)/4⌋ = N + ⌊6/4⌋.
 * A symbolic divisor is taken to be non-zero, as dims that are divided by are.
 */
export function floorDiv(a: Dim, b: Dim): Dim {
  if (b === 1) return a
  if (typeof b === 'number') return divideByNumber(a, b)
  const exact = divideByProduct(a, b)
  return exact ?? fromAtom({ kind: 'floordiv', a, b, key: `[${dimKey(a)}/${dimKey(b)}]` })
}

function divideByNumber(a: Dim, b: number): Dim {
  if (typeof a === 'number') return Math.floor(a / b) + 0
  const whole: Term[] = []
  const rest: Term[] = []
  for (const term of a.terms) (term.coefficient % b === 0 ? whole : rest).push(term)
  const quotient = makeSum(
    0,
    whole.map((term) => ({ ...term, coefficient: term.coefficient / b })),
  )
  const wholeConstant = Math.floor(a.constant / b)
  if (rest.length === 0) return add(quotient, wholeConstant)
  const remainder = makeSum(a.constant - wholeConstant * b, rest)
  return add(add(quotient, wholeConstant), floorAtom(remainder, b))
}

/** ⌊⌊x/c⌋/b⌋ = ⌊x/(bc)⌋ for positive b and c: chained strides stay one division. */
function floorAtom(a: Dim, b: number): Dim {
  const inner = typeof a === 'number' ? undefined : soleAtom(a)
  if (inner?.kind === 'floordiv' && typeof inner.b === 'number' && inner.b > 0 && b > 0)
    return floorDiv(inner.a, inner.b * b)
  return fromAtom({ kind: 'floordiv', a, b, key: `[${dimKey(a)}/${b}]` })
}

function soleAtom(dim: SymDim): Atom | undefined {
  const [term, second] = dim.terms
  const bare =
    dim.constant === 0 && second === undefined && term?.coefficient === 1 && term.atoms.length === 1
  return bare ? term.atoms[0] : undefined
}

/** a / b when b is one product and divides every term of a: (N·C·H) / (N·C) = H. */
function divideByProduct(a: Dim, b: SymDim): Dim | undefined {
  const [divisor, second] = b.terms
  if (a === b) return 1
  if (a === 0) return 0
  if (!divisor || second || b.constant !== 0 || constantOf(a) !== 0) return undefined
  const quotients = termsOf(a).map((term) => divideTerm(term, divisor))
  if (quotients.length === 0 || !quotients.every((term) => term !== undefined)) return undefined
  const constant = quotients
    .filter((term) => term.atoms.length === 0)
    .reduce((sum, term) => sum + term.coefficient, 0)
  return makeSum(
    constant,
    quotients.filter((term) => term.atoms.length > 0),
  )
}

function divideTerm(term: Term, divisor: Term): Term | undefined {
  if (term.coefficient % divisor.coefficient !== 0) return undefined
  const left = [...term.atoms]
  for (const atom of divisor.atoms) {
    const index = left.indexOf(atom)
    if (index < 0) return undefined
    left.splice(index, 1)
  }
  return { coefficient: term.coefficient / divisor.coefficient, atoms: left }
}

export const ceilDiv = (a: Dim, b: number): Dim => floorDiv(add(a, b - 1), b)

/** a − b·⌊a/b⌋: Python's `%`, with the sign of b. */
export const mod = (a: Dim, b: Dim): Dim => sub(a, mul(b, floorDiv(a, b)))

export const maxDim = (...dims: Dim[]): Dim => extremum('max', dims)
export const minDim = (...dims: Dim[]): Dim => extremum('min', dims)

/** The largest or smallest of them. */
export function extremum(kind: 'min' | 'max', dims: readonly Dim[]): Dim {
  const pick = kind === 'max' ? Math.max : Math.min
  const distinct = new Map<string, Dim>()
  let constant: number | undefined
  for (const dim of dims.flatMap((dim) => flattened(kind, dim))) {
    if (typeof dim === 'number') constant = constant === undefined ? dim : pick(constant, dim)
    else distinct.set(dim.key, dim)
  }
  for (const [key, dim] of distinct) if (isAbsorbed(kind, dim, distinct, constant)) distinct.delete(key)
  const args: Dim[] = [...distinct.values()].sort((a, b) => (dimKey(a) < dimKey(b) ? -1 : 1))
  if (constant !== undefined) args.push(constant)
  const [only, second] = args
  if (only !== undefined && second === undefined) return only
  return fromAtom({ kind, args, key: `${kind}(${args.map(dimKey).join(',')})` })
}

/** max(a, min(a, b)) is a, and so is min(a, max(a, b)). */
function isAbsorbed(
  kind: 'min' | 'max',
  dim: Dim,
  beside: ReadonlyMap<string, Dim>,
  constant: number | undefined,
): boolean {
  const atom = isSymbolic(dim) ? soleAtom(dim) : undefined
  if ((atom?.kind !== 'min' && atom?.kind !== 'max') || atom.kind === kind) return false
  return atom.args.some((arg) => {
    if (isSymbolic(arg)) return beside.has(arg.key)
    return constant !== undefined && (kind === 'max' ? arg <= constant : arg >= constant)
  })
}

function flattened(kind: 'min' | 'max', dim: Dim): readonly Dim[] {
  const atom = isSymbolic(dim) ? soleAtom(dim) : undefined
  return atom?.kind === kind ? atom.args : [dim]
}
