import { ModelError } from '../../../errors/index.ts'
import {
  type Atom,
  type Builder,
  bounds,
  type Dim,
  dimName,
  type Model,
  type SymDim,
  type Term,
  type Value,
} from '../../../graph/index.ts'

/**
 * Symbolic ints as graph values: each is computed once, as an int64 tensor of one element, from the `Shape` of a tensor
 * that has it. Where a tensor has the whole expression as a dim, its shape gives it without arithmetic.
 */
export class ShapeValues {
  readonly #model: Model
  readonly #b: Builder
  readonly #sources = new Map<string, { readonly value: Value; readonly axis: number }>()
  readonly #made = new Map<string, Value>()

  constructor(model: Model, builder: Builder) {
    this.#model = model
    this.#b = builder
  }

  /** Notes a tensor, whose symbolic dims can be read from it from now on. */
  note(value: Value): void {
    if (value.type?.kind !== 'tensor' || !value.type.dims) return
    for (const [axis, dim] of value.type.dims.entries()) {
      if (typeof dim !== 'number' && !this.#sources.has(dim.key)) this.#sources.set(dim.key, { value, axis })
    }
  }

  /** Gives a symbol that no tensor has as a dim its value, a tensor of one int64. */
  provide(dim: SymDim, value: Value): void {
    this.#made.set(dim.key, value)
  }

  /** The ints as a 1-D int64 tensor. */
  vector(dims: readonly Dim[]): Value {
    if (dims.every((dim) => typeof dim === 'number')) return this.#b.int64s(dims.map(clampInt64))
    const parts: Value[] = []
    let numbers: number[] = []
    const flush = (): void => {
      if (numbers.length > 0) parts.push(this.#b.int64s(numbers.map(clampInt64)))
      numbers = []
    }
    for (const dim of dims) {
      if (typeof dim === 'number') numbers.push(dim)
      else {
        flush()
        parts.push(this.#element(dim))
      }
    }
    flush()
    const [only] = parts
    return parts.length === 1 && only ? only : this.#b.concat(parts, { axis: 0 })
  }

  /** The int as a 0-D int64 tensor. */
  scalar(dim: Dim): Value {
    if (typeof dim === 'number') return this.#b.scalar('int64', clampInt64(dim))
    return this.#b.squeeze(this.#element(dim), { axes: this.#b.int64s([0]) })
  }

  #element(dim: Dim): Value {
    if (typeof dim === 'number') return this.#b.int64s([clampInt64(dim)])
    const known = this.#made.get(dim.key)
    if (known) return known
    const source = this.#sources.get(dim.key)
    const made = source
      ? this.#b.shape(source.value, { start: source.axis, end: source.axis + 1 })
      : this.#computed(dim)
    this.#made.set(dim.key, made)
    return made
  }

  #computed(dim: SymDim): Value {
    const terms = dim.terms.map((term) => this.#term(term, dim))
    const parts = dim.constant === 0 ? terms : [...terms, this.#b.int64s([dim.constant])]
    return parts.reduce((sum, part) => this.#b.add(sum, part))
  }

  #term({ coefficient, atoms }: Term, whole: SymDim): Value {
    const factors = atoms.map((atom) => this.#atom(atom, whole))
    if (coefficient !== 1) factors.push(this.#b.int64s([coefficient]))
    return factors.reduce((product, factor) => this.#b.mul(product, factor))
  }

  #atom(atom: Atom, whole: SymDim): Value {
    switch (atom.kind) {
      case 'symbol':
        return this.#symbol(atom.key, whole)
      case 'group':
        return this.#element(atom.sum)
      case 'floordiv':
        return this.#floorDiv(atom.a, atom.b)
      case 'max':
        return this.#b.max(atom.args.map((arg) => this.#element(arg)))
      case 'min':
        return this.#b.min(atom.args.map((arg) => this.#element(arg)))
    }
  }

  #symbol(key: string, whole: SymDim): Value {
    const known = this.#made.get(key)
    if (known) return known
    const source = this.#sources.get(key)
    if (source) return this.#b.shape(source.value, { start: source.axis, end: source.axis + 1 })
    throw new ModelError('INTERNAL', {
      what: `No tensor has the dim ${key} that ${dimName(whole)} is made of`,
    })
  }

  /** ONNX Div truncates: a dividend that may be negative is first made a multiple. Mod has the sign of the divisor. */
  #floorDiv(a: Dim, b: Dim): Value {
    const [dividend, divisor] = [this.#element(a), this.#element(b)]
    const [low] = bounds(a, this.#model.facts)
    if (low >= 0) return this.#b.div(dividend, divisor)
    return this.#b.div(this.#b.sub(dividend, this.#b.mod(dividend, divisor)), divisor)
  }
}

const INT64_MAX = 2n ** 63n - 1n

/** Ints past 2⁵³ stand for "to the end": the largest int64. */
function clampInt64(value: number): number | bigint {
  if (Number.isSafeInteger(value)) return value
  return value > 0 ? INT64_MAX : -INT64_MAX
}
