import { ModelError } from '../../../errors/index.ts'
import type { Dim, DType, Value } from '../../../graph/index.ts'
import { DTYPE_VALUES, dtypeFromScalarType } from '../evaluator/builtins/dtypes.ts'
import { concrete } from '../evaluator/decisions.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { LEGACY_DTYPES } from '../evaluator/library/tensor-types.ts'
import { asNumber, isNumber, type NumberValue, plainNumber } from '../evaluator/numbers/numbers.ts'
import { NONE, type PyValue, type TensorHandle, typeName } from '../evaluator/values/index.ts'
import type { ParameterType, Schema } from './schema.ts'

/** The arguments of one operator call by parameter name, defaults included, in the forms that operators want. */
export class Arguments {
  readonly schema: Schema
  readonly #interpreter: Interpreter
  readonly #values: ReadonlyMap<string, PyValue>

  constructor(interpreter: Interpreter, schema: Schema, values: ReadonlyMap<string, PyValue>) {
    this.#interpreter = interpreter
    this.schema = schema
    this.#values = values
  }

  /** Whether the overload has the parameter, and it is not None. */
  has(name: string): boolean {
    return this.get(name).kind !== 'none'
  }

  get(name: string): PyValue {
    return this.#values.get(name) ?? NONE
  }

  tensor(name: string): TensorHandle {
    const value = this.get(name)
    return value.kind === 'tensor' ? value : this.#mismatch(name, 'a tensor')
  }

  /** The graph value of a tensor argument, as of now. */
  value(name: string): Value {
    return this.tensor(name).read()
  }

  optionalValue(name: string): Value | undefined {
    return this.has(name) ? this.value(name) : undefined
  }

  tensors(name: string): TensorHandle[] {
    return this.#items(name).map((item) => (item.kind === 'tensor' ? item : this.#mismatch(name, 'tensors')))
  }

  values(name: string): Value[] {
    return this.tensors(name).map((tensor) => tensor.read())
  }

  /** A number, of any of Python's three kinds; of a one-element tensor, its value. */
  scalar(name: string): NumberValue {
    return this.#scalarOf(name, this.get(name))
  }

  /** An int that may stem from a dynamic dim. */
  int(name: string): Dim {
    const value = asNumber(this.scalar(name))
    return value.kind === 'int' ? value.value : this.#mismatch(name, 'an int')
  }

  optionalInt(name: string): Dim | undefined {
    return this.has(name) ? this.int(name) : undefined
  }

  /** A plain number; one that stems from a dynamic dim is taken at its hint, as a guard. */
  number(name: string): number {
    return plainNumber(this.#interpreter, asNumber(this.scalar(name)))
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined
  }

  /** A list of ints; a lone int is repeated where the schema says how often. */
  ints(name: string): Dim[] {
    return this.#repeated(name).map((item) => {
      const value = asNumber(this.#scalarOf(name, item))
      return value.kind === 'int' ? value.value : this.#mismatch(name, 'ints')
    })
  }

  optionalInts(name: string): Dim[] | undefined {
    return this.has(name) ? this.ints(name) : undefined
  }

  /** As `ints`, as plain numbers. */
  numbers(name: string): number[] {
    return this.ints(name).map((dim) => {
      const number = concrete(this.#interpreter.session, dim)
      return Number.isSafeInteger(number) ? number : this.#mismatch(name, 'ints of 53 bits')
    })
  }

  /** A list of floats. */
  floats(name: string): number[] {
    return this.#repeated(name).map((item) =>
      plainNumber(this.#interpreter, asNumber(this.#scalarOf(name, item))),
    )
  }

  bool(name: string): boolean {
    const value = this.get(name)
    return value.kind !== 'none' && this.#interpreter.truth(value)
  }

  string(name: string): string {
    const value = this.get(name)
    return value.kind === 'str' ? value.value : this.#mismatch(name, 'a string')
  }

  /** A dtype, as an object or as TorchScript's number. */
  dtype(name: string): DType | undefined {
    const value = this.get(name)
    if (value.kind === 'none') return undefined
    if (value.kind === 'dtype') return value.dtype
    const found =
      value.kind === 'int' && typeof value.value === 'number'
        ? dtypeFromScalarType(value.value)
        : value.kind === 'type' || value.kind === 'str'
          ? DTYPE_VALUES.get(dtypeOfType(value.kind === 'type' ? value.name : value.value))
          : undefined
    return found?.dtype ?? this.#mismatch(name, 'a dtype that ONNX has')
  }

  #items(name: string): readonly PyValue[] {
    const value = this.get(name)
    return value.kind === 'list' || value.kind === 'tuple' ? value.items : this.#mismatch(name, 'a list')
  }

  #repeated(name: string): readonly PyValue[] {
    const value = this.get(name)
    const length = this.#type(name)?.length
    if (value.kind === 'list' || value.kind === 'tuple') {
      const [only] = value.items
      const isShort = length !== undefined && value.items.length === 1 && only
      return isShort ? Array.from({ length }, () => only) : value.items
    }
    return Array.from({ length: length ?? 1 }, () => value)
  }

  #type(name: string): ParameterType | undefined {
    return this.schema.parameters.find((parameter) => parameter.name === name)?.type
  }

  #scalarOf(name: string, value: PyValue): NumberValue {
    if (isNumber(value)) return value
    const item = value.kind === 'tensor' ? this.#interpreter.operator('item', [value]) : value
    return isNumber(item) ? item : this.#mismatch(name, 'a number')
  }

  #mismatch(name: string, wanted: string): never {
    throw new ModelError('MODEL_ERROR', {
      what: `${this.schema.text} is given ${typeName(this.get(name))} as ${name}, and takes ${wanted}`,
    })
  }
}

/** The dtype that a type stands for: `int`, `LongTensor`, `torch.FloatTensor`. */
function dtypeOfType(name: string): string {
  const plain = name.replace(/^torch\.(cuda\.)?/, '')
  if (plain === 'int') return 'int64'
  return plain === 'float' ? 'float32' : (LEGACY_DTYPES.get(plain) ?? plain)
}
