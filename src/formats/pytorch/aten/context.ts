import { ModelError } from '../../../errors/index.ts'
import { type Builder, type Dim, DTYPES, type DType, isFloat, type Value } from '../../../graph/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import type { NumberValue } from '../evaluator/interpreter/numbers.ts'
import type { Session } from '../evaluator/session.ts'
import { type PyValue, TensorHandle, tuple, type View } from '../evaluator/values/index.ts'

/** What an operator works with besides its arguments. */
export class OperatorContext {
  readonly interpreter: Interpreter
  /** Name of the operator being called, for messages. */
  readonly name: string

  constructor(interpreter: Interpreter, name: string) {
    this.interpreter = interpreter
    this.name = name
  }

  get session(): Session {
    return this.interpreter.session
  }

  get b(): Builder {
    return this.session.b
  }

  /** A new tensor. */
  wrap(value: Value): TensorHandle {
    this.session.shapes.note(value)
    return new TensorHandle(value)
  }

  /** Several results, as a tuple. */
  wrapAll(...values: readonly Value[]): PyValue {
    return tuple(values.map((value) => this.wrap(value)))
  }

  /** A tensor that shares its storage with `base`: writes to either are seen through the other. */
  view(base: TensorHandle, view: Omit<View, 'base'>): TensorHandle {
    const value = view.regenerate(base.read())
    this.session.shapes.note(value)
    return new TensorHandle(value, { base, ...view })
  }

  /** The value in that dtype; itself when it has it. */
  cast(value: Value, dtype: DType): Value {
    return value.dtype === dtype ? value : this.b.cast(value, { to: DTYPES[dtype].onnx })
  }

  /** Ints, symbolic ones included, as a 1-D int64 tensor. */
  dims(dims: readonly Dim[]): Value {
    return this.session.shapes.vector(dims)
  }

  /** A Python number as a 0-D tensor. */
  scalar(number: NumberValue, dtype: DType): Value {
    if (number.kind === 'int' && typeof number.value !== 'number') {
      return this.cast(this.session.shapes.scalar(number.value), dtype)
    }
    if (number.kind === 'float' && number.symbolic) {
      const { dim, numerator, denominator } = number.symbolic
      const size = this.cast(this.session.shapes.scalar(dim), dtype)
      return this.b.mul(size, this.b.scalar(dtype, numerator / denominator))
    }
    return this.number(Number(number.value), dtype)
  }

  /** A plain number as a 0-D constant, truncated for integer dtypes. */
  number(value: number, dtype: DType): Value {
    if (dtype === 'float16' || dtype === 'bfloat16') return this.cast(this.number(value, 'float32'), dtype)
    return this.b.scalar(
      dtype,
      isFloat(dtype) ? value : dtype === 'bool' ? Number(value !== 0) : Math.trunc(value),
    )
  }

  /** Reshapes without copying: at most one dim is inferred by the runtime, the others are given. */
  reshape(value: Value, dims: readonly Dim[]): Value {
    const symbolic = dims.filter((dim) => typeof dim !== 'number')
    const isInferable = symbolic.length === 1 && !dims.includes(0)
    const shape = isInferable
      ? this.b.int64s(dims.map((dim) => (typeof dim === 'number' ? dim : -1)))
      : this.dims(dims)
    return this.b.reshape(value, shape, { allowzero: dims.includes(0) ? 1 : undefined })
  }

  /** `axis` counted from the front. */
  axis(axis: number, rank: number): number {
    const normal = axis < 0 ? axis + Math.max(rank, 1) : axis
    if (normal >= 0 && normal < Math.max(rank, 1)) return normal
    return this.fail(
      `Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${axis})`,
    )
  }

  /** @throws ModelError UNSUPPORTED_CONSTRUCT, always: a case of the operator that has no conversion. */
  refuse(why: string): never {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `torch.${this.name} cannot be converted here`,
      why,
    })
  }

  /** @throws ModelError MODEL_ERROR, always: what PyTorch itself would refuse. */
  fail(why: string): never {
    throw new ModelError('MODEL_ERROR', { what: `torch.${this.name}: ${why}` })
  }
}
