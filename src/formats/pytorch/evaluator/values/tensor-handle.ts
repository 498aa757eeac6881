import type { ModelError } from '../../../../errors/index.ts'
import type { Dim, DType, TensorType, Value } from '../../../../graph/index.ts'
import { rowMajor } from './strides.ts'

/** How a view is cut out of its base, and how a write to it goes back. */
export interface View {
  readonly base: TensorHandle
  /** The view of a base's value. */
  readonly regenerate: (base: Value) => Value
  /** The base's value with the view's elements replaced. */
  readonly scatter: (base: Value, part: Value) => Value
  /** @throws ModelError where PyTorch refuses to write to the view. */
  readonly checkWrite?: (() => void) | undefined
  readonly layout: Layout
}

/** How the elements lie in memory; undefined where that is not known. */
export interface Layout {
  /** Distances of neighbours along each axis, in elements. */
  readonly strides: readonly Dim[] | undefined
  /** Place of the first element in the storage. */
  readonly offset: Dim | undefined
}

/** Says that a result may or may not share memory with a tensor. It matters once one of the two is written to. */
interface Doubt {
  readonly of: TensorHandle
  /** That tensor's version when the result was made. */
  readonly version: number
  readonly refuse: () => never
}

/** How a tensor was at one moment. */
export interface SavedTensor {
  readonly root: TensorHandle
  readonly dims: readonly Dim[]
  /** Of its own storage. */
  readonly version: number
  readonly restore: () => void
}

/** A tensor that gets its graph value when it is first read: a weight that a model may never use. */
export interface DeferredValue {
  readonly type: TensorType
  readonly make: () => Value
}

/**
 * A Python tensor object. Graph values never change; in-place operations give the handle another value, so that every
 * name, list and module that holds the same tensor sees the write. A view reads its base's current value, and a write
 * to a view is scattered into its base when the base is next read: writes to a view of a view of a view cost one scatter
 * each way, whatever their number.
 */
export class TensorHandle {
  readonly kind = 'tensor'
  /** `nn.Parameter`: registered by modules when assigned to them. */
  isParameter = false
  /** Set by `requires_grad_`, or by assignment; without, parameters want a gradient and nothing else does. */
  requiresGrad: boolean | undefined
  /** `nn.Buffer`: registered by modules when assigned to them, in the state dict or not. */
  buffer: 'persistent' | 'transient' | undefined
  /** A parameter of a lazy layer: it takes the shape that the file has. */
  isOfAnyShape = false
  /** A weight of the file: what a program writes to it would carry over to the next call. */
  isWeight = false
  /**
   * A Python number that tracing turned into a constant (c10 `is_wrapped_number`): it counts as a number where dtypes are
   * promoted.
   */
  isWrappedNumber = false
  /** Of a Python number that only the data gives: why nothing that is done while converting may depend on it. */
  undecided: ModelError | undefined
  #value: Value | DeferredValue
  #view: View | undefined
  #root: TensorHandle
  /** undefined where the elements lie as in a new tensor: in row-major order. */
  #layout: Layout | undefined
  #doubts: readonly Doubt[] = []
  /** Whether views of it were made. */
  #isBase = false
  /** Counts writes to the root's storage. */
  #version = 0
  /** The root's version that `#value` was cut from. */
  #seen = 0
  /** The view that was written to since `#value` was made; or leads to the one that was. */
  #written: TensorHandle | undefined
  /** Of a root: a tensor that may share its storage, and was written to. */
  #spoiler: TensorHandle | undefined

  constructor(value: Value | DeferredValue, view?: View) {
    this.#value = value
    this.#view = view
    this.#root = view ? view.base.#root : this
    this.#layout = view?.layout
    this.#seen = this.#root.#version
    if (view) view.base.#isBase = true
  }

  /**
   * A tensor that shares its memory with one of others, or with none: which, depends on sizes that the model leaves open, or on
   * data.
   *
   * @param refuse Is called where it matters: one of two is written to, and the other read.
   */
  static mayShare(
    others: readonly TensorHandle[],
    value: Value,
    layout: Layout,
    refuse: () => never,
  ): TensorHandle {
    const made = new TensorHandle(value)
    made.#layout = layout
    made.#doubts = others.map((of) => ({ of, version: of.version, refuse }))
    for (const of of others) of.#isBase = true
    return made
  }

  /** Version of the storage the handle reads: the root's. */
  get version(): number {
    return this.#root.#version
  }

  get layout(): Layout {
    return this.#layout ?? { strides: rowMajor(this.dims), offset: 0 }
  }

  /** Whether the elements lie as those of a tensor that was made in row-major order. */
  get isLaidOutAsNew(): boolean {
    return this.#layout === undefined
  }

  /** A new tensor whose elements lie in this way. Views have theirs from the tensor they are cut of. */
  laidOut(layout: Layout): this {
    if (!this.#view && this.#doubts.length === 0) this.#layout = layout
    return this
  }

  /** The tensor whose storage this one reads: itself unless it is a view. */
  get root(): TensorHandle {
    return this.#root
  }

  /** The graph value as of now. @throws ModelError where a write that may have reached it leaves it open. */
  read(): Value {
    this.#root.#checkKnown(this.#root)
    if (this.#written) this.#value = this.#gathered(this.#written)
    else if (this.#view && this.#seen !== this.version)
      this.#value = this.#view.regenerate(this.#view.base.read())
    this.#seen = this.version
    return this.#made()
  }

  #made(): Value {
    if ('make' in this.#value) this.#value = this.#value.make()
    return this.#value
  }

  /** The value with what was written to a view of it. */
  #gathered(part: TensorHandle): Value {
    this.#written = undefined
    const value = this.#made()
    return part.#view ? part.#view.scatter(value, part.read()) : value
  }

  /** Replaces all elements, in the base too. */
  write(value: Value): void {
    for (let at: TensorHandle = this; at.#view; at = at.#view.base) at.#view.checkWrite?.()
    if (this.#view) this.#noteInBases(this.#view.base)
    else this.#isKnownAgain()
    this.#dropWritten()
    this.#value = value
    this.#root.#version++
    this.#seen = this.version
    this.#root.#spoilDoubtful()
  }

  /** What was written to views is written over: they read their base again. */
  #dropWritten(): void {
    let at: TensorHandle | undefined = this
    while (at) {
      const next: TensorHandle | undefined = at.#written
      at.#written = undefined
      at = next
    }
  }

  /** Whatever was open about the elements, all of them are replaced. */
  #isKnownAgain(): void {
    this.#spoiler = undefined
    this.#doubts = this.#doubts.map((doubt) => ({ ...doubt, version: doubt.of.version }))
  }

  /** The bases' own values stay from before the write until they are read. */
  #noteInBases(base: TensorHandle): void {
    this.#root.#checkKnown(this.#root)
    if (base.#written === this) return
    base.read()
    for (let at: TensorHandle = this; at.#view && at.#view.base.#written !== at; at = at.#view.base)
      at.#view.base.#written = at
  }

  /** What may share this tensor's memory holds, or does not hold, what was written to it. */
  #spoilDoubtful(): void {
    const pending = [...this.#doubts]
    for (let doubt = pending.pop(); doubt; doubt = pending.pop()) {
      doubt.of.#root.#spoiler = this
      pending.push(...doubt.of.#root.#doubts)
    }
  }

  #checkKnown(reader: TensorHandle): void {
    if (this.#spoiler && this.#spoiler !== reader) this.#spoiler.#doubts[0]?.refuse()
    for (const { of, version, refuse } of this.#doubts) {
      if (of.version !== version) refuse()
      of.#root.#checkKnown(reader)
    }
  }

  /** Another handle of the same tensor, that takes this one's place as a base. */
  moved(): TensorHandle {
    this.#view?.base.read() // takes over what was written to this one
    const copy = new TensorHandle(this.read(), this.#view)
    copy.#layout = this.#layout
    copy.#doubts = this.#doubts
    return copy
  }

  /** Tensors whose elements this one's are, or may be, or of which a write is still to be carried out. */
  get related(): readonly TensorHandle[] {
    const related = [
      this.#view?.base,
      this.#root,
      ...this.#doubts.map(({ of }) => of),
      this.#written,
      this.#spoiler,
    ]
    return related.filter((tensor) => tensor !== undefined)
  }

  /** The tensor as it is now, to be made so again. */
  saved(): SavedTensor {
    const [value, view, root, layout, doubts] = [
      this.#value,
      this.#view,
      this.#root,
      this.#layout,
      this.#doubts,
    ]
    const [version, seen, written, spoiler, isBase] = [
      this.#version,
      this.#seen,
      this.#written,
      this.#spoiler,
      this.#isBase,
    ]
    const restore = (): void => {
      this.#value = value
      this.#view = view
      this.#root = root
      this.#layout = layout
      this.#doubts = doubts
      this.#version = version
      this.#seen = seen
      this.#written = written
      this.#spoiler = spoiler
      this.#isBase = isBase
    }
    return { root, dims: this.dims, version, restore }
  }

  /** Whether views of it exist, which would lose their base if it changed its own dims. */
  get isBase(): boolean {
    return this.#isBase
  }

  /** Becomes what the other handle is: `x.transpose_(0, 1)`. */
  become(other: TensorHandle): void {
    this.#value = other.#value
    this.#view = other.#view
    this.#root = other.#view ? other.#root : this
    this.#layout = other.#layout
    this.#doubts = other.#doubts
    this.#seen = other.#seen
    this.#written = undefined
    if (!other.#view) this.#version = other.#version
  }

  /** Gives a placeholder its contents: what loading a state dict does. Only for tensors that are not views. */
  fill(value: DeferredValue): void {
    this.#version++
    this.#dropWritten()
    this.#value = value
  }

  /** A tensor of its own with the same contents as of now: what `clone()` and `deepcopy` give. */
  detached(): TensorHandle {
    const isDeferred = 'make' in this.#value && !this.#written && !this.#view
    const copy = new TensorHandle(isDeferred ? this.#value : this.read())
    copy.isParameter = this.isParameter
    copy.requiresGrad = this.requiresGrad
    return copy
  }

  // Writes change neither dtype nor dims: the value need not be brought up to date.
  get dtype(): DType {
    return 'make' in this.#value ? this.#value.type.dtype : this.#value.dtype
  }

  get dims(): readonly Dim[] {
    const known = 'make' in this.#value ? this.#value.type.dims : this.#value.dims
    return known ?? this.read().dims
  }

  get rank(): number {
    return this.dims.length
  }
}
