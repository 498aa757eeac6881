import { composites, type DType, dimName, type Tensor, tensorType, type Value } from '../../../graph/index.ts'
import type { StateDict } from '../container/index.ts'
import { type PythonError, pythonError } from '../evaluator/python-error.ts'
import type { Session } from '../evaluator/session.ts'
import { TensorHandle } from '../evaluator/values/index.ts'
import type { Mismatch, WeightLoading } from '../evaluator/weight-loading.ts'
import { describeMismatch } from './weights-mismatch.ts'
import { widener } from './widened-weights.ts'

/**
 * Copies tensors of a file into a model's parameters and buffers. As PyTorch's `load_state_dict` copies, the model's own
 * dtype stays: float16 weights of a float32 model become float32.
 */
export class WeightLoader implements WeightLoading {
  readonly #session: Session
  readonly #weights: StateDict
  readonly #wanted: ReadonlySet<string>
  readonly #widen = widener()
  /** The file's own tensors, as long as nothing is written to their handles. */
  readonly #unchanged = new Map<TensorHandle, Tensor>()
  /** PyTorch's messages on shapes, in our words. */
  readonly #shapes = new Map<string, string>()

  /** @param wanted Names of the model's weights. */
  constructor(session: Session, weights: StateDict, wanted: ReadonlySet<string>) {
    this.#session = session
    this.#weights = weights
    this.#wanted = wanted
  }

  /** A tensor of the file as a program sees it; nothing is emitted unless it is read. */
  handleOf(tensor: Tensor, name: string): TensorHandle {
    let made: Value | undefined
    const make = (): Value => {
      made ??= this.#session.b.constant(tensor, name)
      return made
    }
    const handle = new TensorHandle({ type: tensorType(tensor.dtype, tensor.dims), make })
    this.#unchanged.set(handle, tensor)
    return handle
  }

  copy(into: TensorHandle, from: TensorHandle, name: string, isAssigned: boolean): string | undefined {
    const dtype = isAssigned ? from.dtype : into.dtype
    const tensor = from.version === 0 ? this.#unchanged.get(from) : undefined
    if (tensor) return this.fill(into, tensor, name, dtype)
    // As of now: the program may go on to write to its own.
    const copied = from.detached()
    return this.#fill(into, from.dims, name, dtype, () =>
      composites.cast(this.#session.b, copied.read(), dtype),
    )
  }

  /** Fills a parameter or buffer from a tensor of the file. @returns PyTorch's message where the shapes differ. */
  fill(into: TensorHandle, tensor: Tensor, name: string, dtype: DType = into.dtype): string | undefined {
    const { b } = this.#session
    return this.#fill(into, tensor.dims, name, dtype, () =>
      composites.cast(b, b.constant(this.#widen(tensor, dtype), name), dtype),
    )
  }

  #fill(
    into: TensorHandle,
    dims: TensorHandle['dims'],
    name: string,
    dtype: DType,
    make: () => Value,
  ): string | undefined {
    if (!into.isOfAnyShape && !sameDims(dims, into.dims)) return this.#misshapen(name, dims, into.dims)
    into.isWeight = true
    into.fill({ type: tensorType(dtype, dims), make })
    return undefined
  }

  #misshapen(name: string, given: TensorHandle['dims'], wanted: TensorHandle['dims']): string {
    const [inFile, inModel] = [given, wanted].map((dims) => `[${dims.map(dimName).join(', ')}]`)
    const message = `size mismatch for ${name}: copying a param with shape torch.Size(${inFile}) from checkpoint, the shape in current model is torch.Size(${inModel}).`
    this.#shapes.set(
      message,
      `${name}: [${given.map(dimName)}] in the file, [${wanted.map(dimName)}] in the model`,
    )
    return message
  }

  mismatch({ missing, unexpected, messages }: Mismatch): PythonError {
    const told = messages.map((message) => this.#shapes.get(message) ?? message)
    const found = { missing, unexpected, messages: told }
    const text = [
      ...(missing.length > 0 ? [`Missing key(s) in state_dict: ${quoted(missing)}. `] : []),
      ...(unexpected.length > 0 ? [`Unexpected key(s) in state_dict: ${quoted(unexpected)}. `] : []),
      ...messages,
    ]
    return pythonError(
      'RuntimeError',
      `Error(s) in loading state_dict:\n\t${text.join('\n\t')}`,
      describeMismatch(found, this.#weights, this.#wanted),
    )
  }
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

const sameDims = (a: TensorHandle['dims'], b: TensorHandle['dims']): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])
