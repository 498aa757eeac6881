import { type AttributeKind, type Attributes, type AttributeValues, isKind } from '../attribute.ts'
import type { DType } from '../dtype.ts'
import { type Tensor, tensorData } from '../tensor.ts'

/** dtype and dims that inference gives an output. */
export interface OutputType {
  readonly dtype: DType
  readonly dims: readonly number[]
}

/** A call whose inputs are all constants. */
export class KernelCall {
  readonly op: string
  readonly inputs: readonly (Tensor | undefined)[]
  readonly outputs: readonly OutputType[]
  readonly #attributes: Attributes

  constructor(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    attributes: Attributes,
    outputs: readonly OutputType[],
  ) {
    this.op = op
    this.inputs = inputs
    this.outputs = outputs
    this.#attributes = attributes
  }

  /** All inputs that are there. */
  get present(): readonly Tensor[] {
    return this.inputs.filter((input) => input !== undefined)
  }

  int(name: string, fallback: number): number {
    return this.attribute(name, 'int') ?? fallback
  }

  attribute<K extends AttributeKind>(name: string, kind: K): AttributeValues[K] | undefined {
    const attribute = this.#attributes.get(name)
    return attribute && isKind(attribute, kind) ? attribute.value : undefined
  }

  /** Integers of an input; undefined when it is left out. */
  integers(index: number): readonly number[] | undefined {
    const input = this.inputs[index]
    return input && Array.from(tensorData(input), Number)
  }
}

/** Results of a call; undefined for a case that is left to the runtime. */
export type Kernel = (call: KernelCall) => readonly Tensor[] | undefined
