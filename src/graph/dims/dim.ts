/**
 * Dims: a number, or a symbolic integer expression in canonical form. Expressions are hash-consed, so that equal means
 * identical (`===`), a DAG stays a DAG however often it is reused, and names stay short: Swin's dims, spelled out as
 * polynomials over floor divisions, grow to tens of kilobytes.
 *
 * Canonical form: constant + Σ coefficient · Π atoms, terms and atoms sorted by key. An atom is a symbol, or an operation
 * that does not distribute (floor division, min, max, or a sum kept whole because expanding it would explode).
 */

export type Dim = number | SymDim

export interface SymDim {
  readonly kind: 'sym'
  readonly constant: number
  readonly terms: readonly Term[]
  /** Structural identity: equal keys, equal expressions. */
  readonly key: string
  /** How deep operations stand in operations: 0 for a sum of products of symbols. */
  readonly depth: number
}

/** coefficient · atoms[0] · atoms[1] · …; the coefficient is never 0 and there is at least one atom. */
export interface Term {
  readonly coefficient: number
  readonly atoms: readonly Atom[]
}

export type Atom =
  | { readonly kind: 'symbol'; readonly name: string; readonly key: string }
  | { readonly kind: 'floordiv'; readonly a: Dim; readonly b: Dim; readonly key: string }
  | { readonly kind: 'min' | 'max'; readonly args: readonly Dim[]; readonly key: string }
  | { readonly kind: 'group'; readonly sum: SymDim; readonly key: string }

/** What an operation is applied to; a symbol is applied to nothing. */
export function operandsOf(atom: Atom): readonly Dim[] {
  switch (atom.kind) {
    case 'symbol':
      return []
    case 'floordiv':
      return [atom.a, atom.b]
    case 'group':
      return [atom.sum]
    default:
      return atom.args
  }
}

/**
 * Interned expressions and atoms. Process-wide on purpose: expressions carry no facts about a model (those are in
 * `DimFacts`), so sharing them between models is harmless, and a conversion runs in a worker that ends with its job.
 */
const sums = new Map<string, SymDim>()
const atoms = new Map<string, Atom>()

/** Keys longer than this are replaced by their hash, so that a key's length is bounded whatever the depth. */
const KEY_LIMIT = 96

/** The symbol of that name. @example symbol('N') === symbol('N') */
export const symbol = (name: string): SymDim => single(intern({ kind: 'symbol', name, key: name }))

export const isSymbolic = (dim: Dim): dim is SymDim => typeof dim !== 'number'

/** The name, when the dim is one bare symbol. */
export function symbolName(dim: Dim): string | undefined {
  if (typeof dim === 'number' || dim.constant !== 0 || dim.terms.length !== 1) return undefined
  const [term] = dim.terms
  const atom = term?.atoms[0]
  return term?.coefficient === 1 && term.atoms.length === 1 && atom?.kind === 'symbol' ? atom.name : undefined
}

export const dimKey = (dim: Dim): string => (typeof dim === 'number' ? String(dim) : dim.key)

const single = (atom: Atom): SymDim => makeSum(0, [{ coefficient: 1, atoms: [atom] }]) as SymDim

/** Interns an atom; its operands are canonical already. */
export function intern(atom: Atom): Atom {
  const key = bounded(atom.key)
  const known = atoms.get(key)
  if (known) return known
  const made = key === atom.key ? atom : { ...atom, key }
  atoms.set(key, made)
  return made
}

export const fromAtom = (atom: Atom): SymDim => single(intern(atom))

/** The canonical sum of terms that may repeat; a plain number when nothing symbolic remains. */
export function makeSum(constant: number, terms: readonly Term[]): Dim {
  const merged = new Map<string, Term>()
  for (const term of terms) {
    const key = productKey(term.atoms)
    const before = merged.get(key)
    merged.set(key, { coefficient: term.coefficient + (before?.coefficient ?? 0), atoms: term.atoms })
  }
  const kept = [...merged].filter(([, term]) => term.coefficient !== 0)
  if (kept.length === 0) return constant
  kept.sort(([a], [b]) => (a < b ? -1 : 1))
  const text = kept
    .map(([key, { coefficient }]) => (coefficient === 1 ? key : `${coefficient}*${key}`))
    .join('+')
  const key = bounded(constant === 0 ? text : `${text}+${constant}`)
  const known = sums.get(key)
  if (known) return known
  const own = kept.map(([, term]) => term)
  const made: SymDim = { kind: 'sym', constant, terms: own, key, depth: depthOf(own) }
  sums.set(key, made)
  return made
}

function depthOf(terms: readonly Term[]): number {
  let depth = 0
  for (const { atoms } of terms)
    for (const atom of atoms)
      for (const operand of operandsOf(atom))
        depth = Math.max(depth, 1 + (typeof operand === 'number' ? 0 : operand.depth))
  return depth
}

/** Real nets stay far below: sizes are halved only so often. */
const DEPTH_LIMIT = 64
const WIDTH_LIMIT = 256

/**
 * Whether the expression is so deep or so wide that carrying it on would cost more than it tells, or holds numbers that are no
 * longer exact. Every operation on a dim walks it, so that a chain of nodes that each add to one would take quadratic time.
 */
export const isUnwieldy = (dim: Dim): boolean =>
  typeof dim !== 'number' &&
  (dim.depth > DEPTH_LIMIT ||
    dim.terms.length > WIDTH_LIMIT ||
    !Number.isSafeInteger(dim.constant) ||
    dim.terms.some(
      ({ coefficient, atoms }) => !Number.isSafeInteger(coefficient) || atoms.some(isUnwieldyAtom),
    ))

function isUnwieldyAtom(atom: Atom): boolean {
  if (atom.kind === 'floordiv') return typeof atom.b === 'number' && !Number.isSafeInteger(atom.b)
  return operandsOf(atom).length > WIDTH_LIMIT
}

const productKey = (factors: readonly Atom[]): string => factors.map((atom) => atom.key).join('*')

export const sortAtoms = (factors: readonly Atom[]): Atom[] =>
  [...factors].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

const bounded = (key: string): string => (key.length <= KEY_LIMIT ? key : `#${hash(key, 1)}${hash(key, 2)}`)

/** cyrb53: two of them give 106 bits, and the same text on every machine. https://stackoverflow.com/a/52171480 */
export function hash(text: string, seed: number): string {
  let h1 = 0xdeadbeef ^ seed
  let h2 = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 2654435761)
    h2 = Math.imul(h2 ^ code, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return (4294967296 * (2097151 & h2) + (h1 >>> 0)).toString(36)
}
