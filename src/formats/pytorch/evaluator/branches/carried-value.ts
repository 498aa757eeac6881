import {
  type Dim,
  type DType,
  type Graph,
  symbolName,
  tensorType,
  type Value,
} from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { ListValue, type PyValue, rowMajor, TensorHandle } from '../values/index.ts'
import { refuseSharedWrite } from './refusals.ts'
import { numberType, numberValue, undecidedInt, undecidedNumber } from './undecided-number.ts'

/** A tensor or a number, of which an iteration gets what the one before left. */
interface Leaf {
  readonly start: PyValue
  readonly dtype: DType
  /** Of the tensor as an iteration gets it; undefined of numbers. */
  dims: readonly Dim[] | undefined
  /** Tensors from around the loop that share memory with it in some iteration. */
  readonly others: Set<TensorHandle>
}

/** What a place holds through the iterations of a loop: leaves in lists and tuples that keep their form. */
export class CarriedValue {
  readonly #i: Interpreter
  readonly #start: PyValue
  readonly #leaves: readonly Leaf[]

  private constructor(i: Interpreter, start: PyValue, leaves: readonly Leaf[]) {
    this.#i = i
    this.#start = start
    this.#leaves = leaves
  }

  /** @returns Undefined for what no loop of a graph hands on: texts, None, objects. */
  static of(i: Interpreter, start: PyValue): CarriedValue | undefined {
    const parts = leavesOf(start)?.map((leaf): Leaf | undefined => {
      const number = numberType(leaf)
      if (number !== undefined) return { start: leaf, dtype: number, dims: undefined, others: new Set() }
      if (leaf.kind !== 'tensor') return undefined
      return { start: leaf, dtype: leaf.dtype, dims: leaf.dims, others: new Set([leaf.root]) }
    })
    if (!parts?.every((part) => part !== undefined)) return undefined
    return new CarriedValue(i, start, parts)
  }

  /** What the body of the loop finds, as inputs of its graph. */
  enter(graph: Graph, name: string): PyValue {
    return this.#rebuilt((leaf, at) => {
      const value = graph.addInput(`${name}.${at}`, tensorType(leaf.dtype, leaf.dims ?? []))
      return this.#asPython(leaf, value)
    })
  }

  /**
   * Whether the body may leave this: sizes that it changes become sizes that only the data decides.
   *
   * @param known Tensors from around the loop.
   * @returns Undefined where it may not.
   */
  accept(end: PyValue, known: { has: (tensor: TensorHandle) => boolean }): 'same' | 'widened' | undefined {
    const ends = leavesOf(end)
    if (!ends || ends.length !== this.#leaves.length || !sameForm(this.#start, end)) return undefined
    let isWidened = false
    for (const [at, leaf] of this.#leaves.entries()) {
      const value = ends[at]
      const fits = value && this.#acceptLeaf(leaf, value, known)
      if (fits === undefined) return undefined
      if (fits === 'widened') isWidened = true
    }
    return isWidened ? 'widened' : 'same'
  }

  #acceptLeaf(
    leaf: Leaf,
    end: PyValue,
    known: { has: (tensor: TensorHandle) => boolean },
  ): 'same' | 'widened' | undefined {
    if (!leaf.dims) return numberType(end) === leaf.dtype ? 'same' : undefined
    if (end.kind !== 'tensor' || end.dtype !== leaf.dtype || end.rank !== leaf.dims.length) return undefined
    let isWidened = false
    leaf.dims = leaf.dims.map((dim, axis) => {
      if (dim === end.dims[axis] || isUnbacked(this.#i, dim)) return dim
      isWidened = true
      return this.#i.session.model.unbackedDim()
    })
    if (known.has(end.root) && !leaf.others.has(end.root)) {
      leaf.others.add(end.root)
      isWidened = true
    }
    return isWidened ? 'widened' : 'same'
  }

  /** Emits what the loop starts with. */
  initial(): Value[] {
    return this.#leaves.map((leaf) => emitted(this.#i, leaf.start, leaf.dtype))
  }

  /** Emits what an iteration leaves. */
  results(end: PyValue): Value[] {
    return (leavesOf(end) ?? []).map((value, at) =>
      emitted(this.#i, value, this.#leaves[at]?.dtype ?? 'int64'),
    )
  }

  /** What stands at the place after the loop. @param next Gives one result after the other. */
  leave(next: () => Value | undefined): PyValue {
    return this.#rebuilt((leaf) => {
      const value = next()
      return value ? this.#asPython(leaf, value) : leaf.start
    })
  }

  #asPython({ dims, dtype, others }: Leaf, value: Value): PyValue {
    if (!dims) return dtype === 'int64' ? undecidedInt(this.#i, value) : undecidedNumber(this.#i, value)
    const layout = { strides: rowMajor(value.dims), offset: 0 }
    return TensorHandle.mayShare([...others], value, layout, () => refuseSharedWrite(this.#i))
  }

  #rebuilt(make: (leaf: Leaf, at: number) => PyValue): PyValue {
    let at = 0
    const build = (form: PyValue): PyValue => {
      if (form.kind === 'list') return new ListValue(form.items.map(build))
      if (form.kind === 'tuple') return { ...form, items: form.items.map(build) }
      const leaf = this.#leaves[at]
      return leaf ? make(leaf, at++) : form
    }
    return build(this.#start)
  }
}

/** Tensors and numbers, through lists and tuples; undefined where there is anything else. */
function leavesOf(value: PyValue): PyValue[] | undefined {
  if (value.kind === 'tensor' || numberType(value) !== undefined) return [value]
  if (value.kind !== 'list' && value.kind !== 'tuple') return undefined
  const parts = value.items.map(leavesOf)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

function sameForm(a: PyValue, b: PyValue): boolean {
  const isList = (value: PyValue) => value.kind === 'list' || value.kind === 'tuple'
  if (!isList(a) && !isList(b)) return true
  if ((a.kind !== 'list' && a.kind !== 'tuple') || a.kind !== b.kind) return false
  return a.items.length === b.items.length && a.items.every((item, at) => sameForm(item, b.items[at] ?? item))
}

function emitted(i: Interpreter, value: PyValue, dtype: DType): Value {
  return value.kind === 'tensor' ? value.read() : numberValue(i, value, dtype)
}

function isUnbacked(i: Interpreter, dim: Dim): boolean {
  const name = symbolName(dim)
  return name !== undefined && i.session.model.unbacked.has(name)
}
