import type { Dim, DType, TensorType, Value } from '../../../../graph/index.ts'

/** How a view is cut out of its base, and how a write to it goes back. */
export interface View {
  readonly base: TensorHandle
  /** The view of a base's value. */
  readonly regenerate: (base: Value) => Value
  /** The base's value with the view's elements replaced. */
  readonly scatter: (base: Value, part: Value) => Value
  /** Whether the elements lie in one row-major block: `reshape` of others copies. */
  readonly isContiguous: boolean
}

/** A tensor that gets its graph value when it is first read: a weight that a model may never use. */
export interface DeferredValue {
  readonly type: TensorType
  readonly make: () => Value
}

/**
 * A Python tensor object. Graph values never change; in-place operations give the handle another value, so that every
 * name, list and module that holds the same tensor sees the write. A view reads its base's current value, and a write
 * to a view is scattered into its base.
 */
export class TensorHandle {
  readonly kind = 'tensor'
  /** `nn.Parameter`: registered by modules when assigned to them. */
  isParameter = false
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
  #value: Value | DeferredValue
  #view: View | undefined
  /** Whether views of it were made. */
  #isBase = false
  /** Counts writes to the root's storage. */
  #version = 0
  /** The root's version that `#value` was cut from. */
  #seen = 0

  constructor(value: Value | DeferredValue, view?: View) {
    this.#value = value
    this.#view = view
    this.#seen = view ? view.base.version : 0
    if (view) view.base.#isBase = true
  }

  /** Version of the storage the handle reads: the root's. */
  get version(): number {
    return this.#view ? this.#view.base.version : this.#version
  }

  /** As PyTorch's strides would say. */
  get isContiguous(): boolean {
    return this.#view?.isContiguous ?? true
  }

  /** The tensor whose storage this one reads: itself unless it is a view. */
  get root(): TensorHandle {
    return this.#view ? this.#view.base.root : this
  }

  /** The graph value as of now. */
  read(): Value {
    if (this.#view && this.#seen !== this.#view.base.version) {
      this.#value = this.#view.regenerate(this.#view.base.read())
      this.#seen = this.#view.base.version
    }
    if ('make' in this.#value) this.#value = this.#value.make()
    return this.#value
  }

  /** Replaces all elements, in the base too. */
  write(value: Value): void {
    if (this.#view) {
      const { base, scatter } = this.#view
      base.write(scatter(base.read(), value))
      this.#seen = base.version
    } else {
      this.#version++
    }
    this.#value = value
  }

  /** Another handle of the same tensor, that takes this one's place as a base. */
  moved(): TensorHandle {
    const copy = new TensorHandle(this.#value, this.#view)
    copy.#version = this.#version
    copy.#seen = this.#seen
    return copy
  }

  /** Whether views of it exist, which would lose their base if it changed its own dims. */
  get isBase(): boolean {
    return this.#isBase
  }

  /** Becomes what the other handle is: `x.transpose_(0, 1)`. */
  become(other: TensorHandle): void {
    this.#value = other.#value
    this.#view = other.#view
    this.#seen = other.#seen
  }

  /** Gives a placeholder its contents: what loading a state dict does. Only for tensors that are not views. */
  fill(value: DeferredValue): void {
    this.#version++
    this.#value = value
  }

  /** A tensor of its own with the same contents as of now: what `clone()` and `deepcopy` give. */
  detached(): TensorHandle {
    const isPlain = 'make' in this.#value || !this.#view
    const copy = new TensorHandle(isPlain ? this.#value : this.read())
    copy.isParameter = this.isParameter
    return copy
  }

  get dtype(): DType {
    return 'make' in this.#value ? this.#value.type.dtype : this.read().dtype
  }

  get dims(): readonly Dim[] {
    const known = 'make' in this.#value ? this.#value.type.dims : undefined
    return known ?? this.read().dims
  }

  get rank(): number {
    return this.dims.length
  }
}
