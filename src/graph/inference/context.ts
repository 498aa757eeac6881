import { ModelError, type Where } from '../../errors/index.ts'
import type { Attribute, AttributeKind, AttributeOf, Attributes, AttributeValues } from '../attribute.ts'
import type { Dim } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import type { Graph } from '../graph.ts'
import type { Model } from '../model.ts'
import type { Value } from '../value.ts'
import { knownIntegers } from './content.ts'

/** A call that is to be inferred: a node of a graph, or one that the builder is about to emit. */
export interface Call {
  readonly op: string
  readonly inputs: readonly (Value | undefined)[]
  readonly attributes: Attributes
  /** Number of outputs the file asks for; undefined while building. */
  readonly outputCount?: number | undefined
  readonly where?: Where | undefined
}

/** What an operator's `infer` reads: inputs, attributes with their defaults, known integers, and fresh dims. */
export class InferenceContext {
  readonly call: Call
  readonly model: Model

  constructor(model: Model, call: Call) {
    this.model = model
    this.call = call
  }

  get inputs(): readonly (Value | undefined)[] {
    return this.call.inputs
  }

  /** @throws ModelError INVALID_NODE when it is left out. */
  input(index: number): Value {
    return this.inputs[index] ?? this.fail(`input ${index} is missing`)
  }

  dtype(index: number): DType {
    return this.input(index).dtype
  }

  dims(index: number): readonly Dim[] {
    return this.input(index).dims
  }

  rank(index: number): number {
    return this.dims(index).length
  }

  /** Integers of input `index`, where they are known; undefined when it is left out or only known at run time. */
  content(index: number): readonly Dim[] | undefined {
    const value = this.inputs[index]
    return value && knownIntegers(value)
  }

  /** As `content`, when all of them are plain numbers. */
  numbers(index: number): readonly number[] | undefined {
    const content = this.content(index)
    return content?.every((dim) => typeof dim === 'number') ? content : undefined
  }

  int(name: string, fallback: number): number {
    return this.attribute(name, 'int') ?? fallback
  }

  /** @throws ModelError INVALID_NODE when a required attribute is missing. */
  requiredInt(name: string): number {
    return this.attribute(name, 'int') ?? this.fail(`attribute ${name} is missing`)
  }

  ints(name: string): readonly number[] | undefined {
    return this.attribute(name, 'ints')
  }

  float(name: string, fallback: number): number {
    return this.attribute(name, 'float') ?? fallback
  }

  string(name: string, fallback: string): string {
    return this.attribute(name, 'string') ?? fallback
  }

  graph(name: string): Graph {
    return this.attribute(name, 'graph') ?? this.fail(`attribute ${name} is missing`)
  }

  attribute<K extends AttributeKind>(name: string, kind: K): AttributeValues[K] | undefined {
    const attribute = this.call.attributes.get(name)
    if (attribute === undefined) return undefined
    return isKind(attribute, kind)
      ? attribute.value
      : this.fail(`attribute ${name} is of type ${attribute.type}, not ${kind}`)
  }

  /** `axis` counted from the front. @throws ModelError INVALID_NODE when out of range. */
  axis(axis: number, rank: number): number {
    const normal = axis < 0 ? axis + rank : axis
    return normal >= 0 && normal < rank ? normal : this.fail(`axis ${axis} is out of range for rank ${rank}`)
  }

  /** A dim that only the data decides. */
  unbackedDim(max?: number): Dim {
    return this.model.unbackedDim(max)
  }

  /** @throws ModelError INVALID_NODE, always. */
  fail(why: string): never {
    throw new ModelError('INVALID_NODE', {
      what: `${this.call.op} cannot take these inputs: ${why}`,
      where: this.call.where,
    })
  }
}

const isKind = <K extends AttributeKind>(
  attribute: Attribute,
  kind: K,
): attribute is Attribute & AttributeOf<K> => attribute.type === kind
