import { ModelError } from '../../../errors/index.ts'
import type { Attribute } from '../../attribute.ts'
import { type Builder, createBuilder } from '../../build/builder.ts'
import { ConstantPool } from '../../build/constant-pool.ts'
import { type DType, isFloat } from '../../dtype.ts'
import { CANONICAL_OPSET, type Model } from '../../model.ts'
import type { Node } from '../../node.ts'
import { type Tensor, tensorOf } from '../../tensor.ts'
import { hasTypedArray } from '../../typed-array.ts'
import type { Value } from '../../value.ts'

/** How nodes of an operator, as older opsets had it, become nodes of the canonical one. */
export interface Adapter {
  readonly op: string
  /** Files of this opset and above already have the canonical form. */
  readonly below: number
  /** Edits the node in place, or gives values that take the place of its outputs. */
  readonly adapt: (call: OldCall) => readonly Value[] | undefined
}

/** Edits in place, as most adapters do. */
export const editing = (op: string, below: number, edit: (call: OldCall) => void): Adapter => ({
  op,
  below,
  adapt: (call) => {
    edit(call)
    return undefined
  },
})

interface NamedAttributes {
  readonly [name: string]: Attribute
}

/** A node of an older opset, with what adapters do to it. */
export class OldCall {
  readonly node: Node
  readonly opset: number
  readonly model: Model
  readonly #infer: (node: Node) => void

  constructor(model: Model, node: Node, opset: number, infer: (node: Node) => void) {
    this.model = model
    this.node = node
    this.opset = opset
    this.#infer = infer
  }

  /** Emits before this node, with types inferred: of operators that newer opsets added. */
  get builder(): Builder {
    const builder = createBuilder(this.model, { graph: this.node.graph, before: this.node })
    builder.origin = this.node.origin
    return builder
  }

  /** @throws ModelError UNSUPPORTED_OPSET where it is missing. */
  requiredInt(name: string): number {
    return this.node.attribute(name, 'int') ?? this.refuse(`attribute ${name} is missing`)
  }

  /** A constant of the main graph. */
  constant(tensor: Tensor): Value {
    return ConstantPool.of(this.model.graph).add(tensor)
  }

  int64s(values: readonly number[]): Value {
    return this.constant(tensorOf('int64', [values.length], values))
  }

  /**
   * A 0-D constant of the dtype of `like`, also where that is only known at run time.
   * @throws ModelError UNSUPPORTED_OPSET for a dtype that holds no such number.
   */
  scalarLike(like: Value, value: number): Value {
    const dtype = dtypeOf(like)
    if (dtype && !holds(dtype, value)) this.refuse(`no ${dtype} is ${value}`)
    if (dtype) return this.constant(tensorOf(dtype, [], [value]))
    return this.emit('CastLike', [this.constant(tensorOf('float32', [], [value])), like])
  }

  /** A node before this one; its types are inferred where they can be. */
  emit(op: string, inputs: readonly (Value | undefined)[], attributes: NamedAttributes = {}): Value {
    const [output] = this.emitAll(op, inputs, attributes, 1)
    return output ?? this.refuse(`${op} gave no output`)
  }

  /** As `emit`, with all of its outputs. */
  emitAll(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: NamedAttributes,
    outputs: number,
  ): readonly Value[] {
    const { graph, origin, name } = this.node
    const made = graph.insertBefore(this.node, {
      op,
      name: name && `${name}/${op}`,
      inputs,
      attributes: new Map(Object.entries(attributes)),
      outputs: Array.from({ length: outputs }, () => ({})),
      origin,
    })
    this.#infer(made)
    return made.outputs
  }

  /** The rank of an input. @throws ModelError UNSUPPORTED_OPSET where it is not known. */
  rank(index: number): number {
    const { type } = this.node.input(index)
    if (type?.kind === 'tensor' && type.dims) return type.dims.length
    return this.refuse(`the rank of input ${index} is not known`)
  }

  /** The value, of that rank, with axes of size 1 behind its own. */
  withAxes(value: Value, rank: number, count: number): Value {
    return this.emit('Unsqueeze', [value, this.int64s(Array.from({ length: count }, (_, at) => rank + at))])
  }

  /** Moves an attribute of integers to an input, as opset 13 and 18 did; false when the node has none. */
  moveInts(attribute: string, index: number): boolean {
    const values = this.node.attribute(attribute, 'ints')
    this.node.removeAttribute(attribute)
    if (!values || values.length === 0) return false
    this.node.setInput(index, this.int64s(values))
    return true
  }

  /** @throws ModelError UNSUPPORTED_OPSET, always. */
  refuse(why: string): never {
    throw new ModelError('UNSUPPORTED_OPSET', {
      what: `${this.node.label} of opset ${this.opset} cannot be brought to opset ${CANONICAL_OPSET}: ${why}`,
      where: this.node.where,
    })
  }
}

const holds = (dtype: DType, value: number): boolean =>
  hasTypedArray(dtype) && (isFloat(dtype) || Number.isInteger(value))

/** The dtype, where the value's type is known. */
const dtypeOf = (value: Value): DType | undefined =>
  value.type?.kind === 'tensor' ? value.type.dtype : undefined

export const int = (value: number): Attribute => ({ type: 'int', value })
export const string = (value: string): Attribute => ({ type: 'string', value })
