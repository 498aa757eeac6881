import { ModelError, type Where } from '../../errors/index.ts'
import { type AttributeKind, type Attributes, type AttributeValues, isKind } from '../attribute.ts'
import { bounds, type Dim, decide, type Relation } from '../dims/index.ts'
import { type DType, dtypeFromOnnx } from '../dtype.ts'
import type { Graph } from '../graph.ts'
import type { Model } from '../model.ts'
import type { Value } from '../value.ts'
import { boundsOf, knownIntegers } from './content.ts'

/** A call that is to be inferred: a node of a graph, or one that the builder is about to emit. */
export interface Call {
  readonly op: string
  readonly inputs: readonly (Value | undefined)[]
  readonly attributes: Attributes
  /** Number of outputs the file asks for; undefined while building. */
  readonly outputCount?: number | undefined
  readonly where?: Where | undefined
}

/** Infers the nodes of a subgraph; given to the context, since inference itself is built on the operators. */
export type InferBody = (body: Graph) => void

/** The parts of a Split, and the length of a shape that only the data decides, are numbers in the file: not to be believed unseen. */
const MOST_PARTS = 65536
/** NumPy's own limit is 64. */
const HIGHEST_RANK = 256

/** What an operator's `infer` reads: inputs, attributes with their defaults, known integers, and fresh dims. */
export class InferenceContext {
  readonly call: Call
  readonly model: Model
  /** Dims made by `unbackedDim`, in order. */
  readonly fresh: Dim[] = []
  readonly #inferBody: InferBody | undefined

  constructor(model: Model, call: Call, inferBody?: InferBody) {
    this.model = model
    this.call = call
    this.#inferBody = inferBody
  }

  /** Infers a subgraph from the types of its inputs. */
  inferBody(body: Graph): void {
    this.#inferBody?.(body)
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

  /** Dims of input `index`; undefined when it is left out or its rank is unknown. */
  knownDims(index: number): readonly Dim[] | undefined {
    const type = this.inputs[index]?.type
    return type?.kind === 'tensor' ? type.dims : undefined
  }

  rank(index: number): number {
    return this.dims(index).length
  }

  /** The dtype that all inputs share. @throws ModelError INVALID_NODE when they do not. */
  sharedDtype(...indices: readonly number[]): DType {
    const wanted = indices.length > 0 ? indices : this.inputs.keys()
    const dtypes = new Set<DType>()
    for (const index of wanted) if (this.inputs[index]) dtypes.add(this.dtype(index))
    const [dtype, other] = dtypes
    if (other) this.fail(`dtypes ${dtype} and ${other} differ`)
    return dtype ?? this.dtype(0)
  }

  /** Integers of input `index`, where they are known; undefined when it is left out or only known at run time. */
  content(index: number): readonly Dim[] | undefined {
    const value = this.inputs[index]
    return value && knownIntegers(value)
  }

  /** As `content`, for operators that clamp what they are given: infinite where a constant is beyond 2^53. */
  clampedContent(index: number): readonly Dim[] | undefined {
    const value = this.inputs[index]
    return value && (knownIntegers(value) ?? boundsOf(value))
  }

  /** The one integer of a rank 0 or one-element input, where it is known. */
  scalar(index: number): Dim | undefined {
    const content = this.content(index)
    return content?.length === 1 ? content[0] : undefined
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

  /** @throws ModelError INVALID_NODE when a required attribute is missing. */
  requiredInts(name: string): readonly number[] {
    return this.ints(name) ?? this.fail(`attribute ${name} is missing`)
  }

  /** The dtype that an attribute names by its TensorProto.DataType number. */
  dtypeAttribute(name: string): DType | undefined {
    const code = this.attribute(name, 'int')
    if (code === undefined || code === 0) return undefined
    return dtypeFromOnnx(code) ?? this.fail(`attribute ${name} is ${code}, which is no element type`)
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

  /** `axes` counted from the front. @throws ModelError INVALID_NODE when one is out of range or stands twice. */
  axes(axes: readonly number[], rank: number): number[] {
    const normal = axes.map((axis) => this.axis(axis, rank))
    if (new Set(normal).size < normal.length) this.fail(`an axis stands twice in [${axes}]`)
    return normal
  }

  /** Whether the relation holds for all sizes, for none, or depends (undefined). */
  decide(a: Dim, relation: Relation, b: Dim): boolean | undefined {
    return decide(a, relation, b, this.model.facts)
  }

  bounds(dim: Dim): readonly [min: number, max: number] {
    return bounds(dim, this.model.facts)
  }

  /** Notes that one dim has to be one of these sizes, where that does not follow from what is known. */
  require(dim: Dim, ...sizes: readonly Dim[]): void {
    if (sizes.some((size) => this.decide(dim, '==', size) === true)) return
    this.model.require({ dim, relation: '==', sizes, where: this.call.where })
  }

  /**
   * The one size that two dims stand for. A number is kept where it meets a symbol, which has to be that number.
   * @throws ModelError INVALID_NODE when they are different numbers.
   */
  sameDim(a: Dim, b: Dim, differ: (a: number, b: number) => string): Dim {
    if (a === b) return a
    if (typeof a === 'number' && typeof b === 'number') return this.fail(differ(a, b))
    const [number, symbolic] = typeof a === 'number' ? [a, b] : [b, a]
    if (typeof number === 'number') this.require(symbolic, number)
    return typeof number === 'number' ? number : a
  }

  /** A dim that only the data decides. */
  unbackedDim(max?: number): Dim {
    const dim = this.model.unbackedDim(max)
    this.fresh.push(dim)
    return dim
  }

  /** The number as one of outputs. @throws ModelError INVALID_NODE when a file makes up too large a one. */
  count(parts: number): number {
    return parts <= MOST_PARTS ? parts : this.fail(`there would be ${parts} parts`)
  }

  /** The number as the rank of a result. @throws ModelError INVALID_NODE when a file makes up too large a one. */
  newRank(rank: number): number {
    return rank <= HIGHEST_RANK ? rank : this.fail(`there would be ${rank} dims`)
  }

  /** @throws ModelError INVALID_NODE, always. */
  fail(why: string): never {
    throw new ModelError('INVALID_NODE', {
      what: `${this.call.op} cannot take these inputs: ${why}`,
      where: this.call.where,
    })
  }
}
