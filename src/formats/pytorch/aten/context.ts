import { ModelError } from '../../../errors/index.ts'
import {
  type Builder,
  composites,
  type Dim,
  type DType,
  dimName,
  isInteger,
  type Value,
} from '../../../graph/index.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { type NumberValue, wholeNumber } from '../evaluator/numbers/numbers.ts'
import type { Session } from '../evaluator/session.ts'
import { type IntValue, type PyValue, TensorHandle, tuple, type View } from '../evaluator/values/index.ts'
import { symbolicScalar } from './symbolic-scalar.ts'

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
    return new TensorHandle(value)
  }

  /** Several results, as a tuple. */
  wrapAll(...values: readonly Value[]): PyValue {
    return tuple(values.map((value) => this.wrap(value)))
  }

  /** A tensor that shares its storage with `base`: writes to either are seen through the other. */
  view(base: TensorHandle, { regenerate, scatter, ...view }: Omit<View, 'base'>): TensorHandle {
    const { session } = this
    const { origin } = session.b
    return new TensorHandle(regenerate(base.read()), {
      ...view,
      base,
      regenerate: (value) => session.emittingFor(origin, () => regenerate(value)),
      scatter: (value, part) => session.emittingFor(origin, () => scatter(value, part)),
    })
  }

  /** A tensor that is a view of `of` for some of the sizes that dynamic dims may take, and a copy for the others. */
  viewOrCopy(of: TensorHandle, value: Value, strides: readonly Dim[] | undefined): TensorHandle {
    return TensorHandle.mayShare([of], value, { strides, offset: undefined }, () =>
      this.refuse(
        of.layout.strides
          ? `Whether its result shares memory with its input depends on the sizes [${of.dims.map(dimName).join(', ')}], and one of the two is written to in place`
          : 'How the elements of its input lie in memory is not known, so neither is whether its result shares them, and one of the two is written to in place',
      ),
    )
  }

  /** The value in that dtype; itself when it has it. */
  cast(value: Value, dtype: DType): Value {
    return composites.cast(this.b, value, dtype)
  }

  /** Ints, symbolic ones included, as a 1-D int64 tensor. */
  dims(dims: readonly Dim[]): Value {
    return composites.shapeTensor(this.b, dims)
  }

  /** A Python number as a 0-D tensor. */
  scalar(number: NumberValue, dtype: DType): Value {
    if (number.kind === 'int' && typeof number.value !== 'number') {
      return this.cast(composites.sizeScalar(this.b, number.value), dtype)
    }
    if (number.kind === 'float' && number.symbolic) return symbolicScalar(this, number, dtype)
    if (number.kind === 'int' && !Number.isSafeInteger(number.value) && isInteger(dtype)) {
      return this.b.scalar(dtype, this.#longInt(number))
    }
    return this.number(Number(number.value), dtype)
  }

  /** An int of up to 64 bits, with all its digits. */
  #longInt(number: IntValue): bigint {
    const whole = wholeNumber(this.interpreter, number)
    return BigInt.asIntN(64, whole) === whole ? whole : this.fail(`${whole} is beyond 64 bits`)
  }

  /** A plain number as a 0-D constant, truncated for integer dtypes. */
  number(value: number, dtype: DType): Value {
    if (dtype === 'int64' && (value >= 2 ** 63 || value < -(2 ** 63)))
      return this.refuse(`A number of it is at or past the end of what 64 bits hold (${value})`)
    return composites.number(this.b, dtype, value)
  }

  /** Int as a 0-D int64 tensor. */
  size(dim: Dim): Value {
    return composites.sizeScalar(this.b, dim)
  }

  /** The same elements under other dims. */
  reshape(value: Value, dims: readonly Dim[]): Value {
    return composites.reshapeTo(this.b, value, dims)
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
