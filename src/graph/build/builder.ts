import { ModelError, type Where } from '../../errors/index.ts'
import type { Attributes } from '../attribute.ts'
import { DTYPES, type DType, isFloat } from '../dtype.ts'
import type { Graph } from '../graph.ts'
import { inferCall } from '../inference/infer.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import { foldCall, isFoldable } from '../kernels/index.ts'
import type { Model } from '../model.ts'
import type { Node, NodeSpec } from '../node.ts'
import { OPERATORS, type OperatorTable } from '../ops/index.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import { elementCount, type Tensor, tensorOf } from '../tensor.ts'
import type { Value } from '../value.ts'
import type { ValueType } from '../value-type.ts'
import { attributesOf, splitArguments } from './arguments.ts'
import { ConstantPool } from './constant-pool.ts'
import type { Detour, DetourOf } from './detour.ts'
import type { BuilderMethod } from './method-types.ts'

type OperatorMethods = { readonly [Name in keyof OperatorTable]: BuilderMethod<OperatorTable[Name]> }

/**
 * What every front end and pass emits nodes through. `b.conv(x, w, { B: bias, strides: [2, 2] })` appends the node with
 * its result's dtype and dims inferred; the caller reads them back from the Value and never computes them.
 */
export type Builder = BuilderCore & OperatorMethods

/** Where new nodes go: to the end of a graph, or before one of its nodes. */
export interface InsertionPoint {
  readonly graph: Graph
  readonly before?: Node | undefined
  /**
   * Where the graph around this one stands, while a subgraph has no owner yet: its values so far are visible. The main
   * graph when absent.
   */
  readonly outer?: InsertionPoint | undefined
}

/**
 * @example
 * const b = createBuilder(model)
 * const y = b.relu(b.conv(x, w, { pads: [1, 1, 1, 1] }))
 * y.dims // [N, 64, 224, 224]
 *
 * const inner = createBuilder(model, { graph: new Graph('then'), outer: b.at }) // a branch of an If to come
 */
export function createBuilder(
  model: Model,
  at: InsertionPoint = { graph: model.graph },
  detourOf?: DetourOf,
): Builder {
  return new OperatorBuilder(model, at, detourOf)
}

interface EmitOptions {
  readonly name?: string | undefined
  readonly count?: number | undefined
}

export class BuilderCore {
  readonly model: Model
  readonly graph: Graph
  readonly at: InsertionPoint
  /** Source position given to every node emitted from now on. */
  origin: Where | undefined
  readonly #constants: ConstantPool
  readonly #detourOf: DetourOf | undefined

  constructor(model: Model, at: InsertionPoint, detourOf?: DetourOf) {
    this.model = model
    this.graph = at.graph
    this.at = at
    this.#constants = ConstantPool.of(model.graph)
    this.#detourOf = detourOf
  }

  /** A constant of the main graph, seen from every subgraph; equal small ones are one. */
  constant(tensor: Tensor, name?: string): Value {
    return this.#constants.add(tensor, name)
  }

  /** A 1-D int64 constant. */
  int64s(values: readonly (number | bigint)[]): Value {
    return this.constant(tensorOf('int64', [values.length], values))
  }

  /** A 0-D constant. */
  scalar(dtype: DType, value: number | bigint): Value {
    return this.constant(tensorOf(dtype, [], [value]))
  }

  /**
   * Emits a call of any declared operator, with its first `count` outputs (all by default). Results whose integers are
   * all known become constants instead.
   */
  emit(
    schema: OperatorSchema,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    { name, count }: EmitOptions = {},
  ): readonly Value[] {
    const detour = this.#detourOf?.(schema.op, inputs)
    if (detour)
      return this.#emitThrough(detour, inputs, (cast) => this.emit(schema, cast, attributes, { name, count }))
    const call = { op: schema.op, inputs, attributes, where: this.origin }
    const infos = inferCall(this.model, schema, call).slice(0, count)
    const folded = this.#known(infos) ?? this.#folded(schema, inputs, attributes, infos)
    if (folded) return folded
    const outputs = infos.map(({ type, content }, index) => ({
      type,
      content,
      name: index === 0 ? name : undefined,
    }))
    return this.insert({
      op: schema.op,
      domain: schema.domain,
      name,
      inputs,
      attributes,
      outputs,
      origin: this.origin,
    }).outputs
  }

  #emitThrough(
    { dtype, through, from }: Detour,
    inputs: readonly (Value | undefined)[],
    emit: (inputs: readonly (Value | undefined)[]) => readonly Value[],
  ): readonly Value[] {
    const isElements = (value: Value | undefined, index: number): value is Value =>
      index >= from && value?.type?.kind === 'tensor' && value.dtype === dtype
    const cast = inputs.map((value, index) => (isElements(value, index) ? this.#cast(value, through) : value))
    return emit(cast).map((value) => (value.dtype === through ? this.#cast(value, dtype) : value))
  }

  #cast(value: Value, dtype: DType): Value {
    const { attributes } = attributesOf(OPERATORS.cast, { to: DTYPES[dtype].onnx })
    const [result] = this.emit(OPERATORS.cast, [value], attributes)
    return result ?? this.#fail('Cast gave no output')
  }

  /** Inserts a node as it is, for operators without a declaration. */
  insert(spec: NodeSpec): Node {
    return this.at.before ? this.graph.insertBefore(this.at.before, spec) : this.graph.append(spec)
  }

  /** @internal Splits the arguments of a builder method into inputs and attributes. */
  callMethod(schema: OperatorSchema, args: readonly unknown[]): Value | readonly Value[] {
    const { inputs, options } = splitArguments(schema, args)
    const { attributes, name, optionalOutputs } = attributesOf(schema, options)
    const single = givesOne(schema) || (hasExtras(schema) && !optionalOutputs)
    const outputs = this.emit(schema, inputs, attributes, { name, count: single ? 1 : undefined })
    const [first] = outputs
    return single ? (first ?? this.#fail(`${schema.op} gave no output`)) : outputs
  }

  /** Results whose integers inference has told already; floats that happen to be whole may be weights. */
  #known(infos: readonly OutputInfo[]): readonly Value[] | undefined {
    const tensors = infos.map(({ type, content }) => {
      if (type?.kind !== 'tensor' || isFloat(type.dtype)) return undefined
      if (!content?.every((dim) => typeof dim === 'number')) return undefined
      const { dtype, dims } = type
      return dims?.every((dim) => typeof dim === 'number') ? tensorOf(dtype, dims, content) : undefined
    })
    return this.#asConstants(tensors)
  }

  /** Results of small constants. */
  #folded(
    { op, domain }: OperatorSchema,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    infos: readonly OutputInfo[],
  ): readonly Value[] | undefined {
    if (!isFoldable(op, domain) || !inputs.every((input) => !input || isSmall(input.type))) return undefined
    if (!infos.every(({ type }) => isSmall(type))) return undefined
    return this.#asConstants(
      foldCall({ op, domain, inputs, attributes, outputs: infos.map(({ type }) => type) }),
    )
  }

  #asConstants(tensors: readonly (Tensor | undefined)[] | undefined): readonly Value[] | undefined {
    if (!tensors || tensors.length === 0 || !tensors.every((tensor) => tensor !== undefined)) return undefined
    return tensors.map((tensor) => this.constant(tensor))
  }

  #fail(what: string): never {
    throw new ModelError('INTERNAL', { what, where: this.origin })
  }
}

/**
 * A builder with the methods of all operators: on the prototype, so that a pass may make a builder for each node it changes.
 * The one place where the table's run-time shape meets the types derived from it in `method-types.ts`.
 */
const OperatorBuilder = BuilderCore as new (...args: ConstructorParameters<typeof BuilderCore>) => Builder
for (const [name, schema] of Object.entries(OPERATORS)) {
  Object.defineProperty(BuilderCore.prototype, name, {
    value(this: BuilderCore, ...args: readonly unknown[]) {
      return this.callMethod(schema, args)
    },
  })
}

/**
 * Scalars and the short vectors of shape arithmetic. Larger constants are weights: whether a changed copy of one is worth
 * its bytes is for a rewriting pass to say, which sees who else reads it.
 */
const FOLD_LIMIT = 8

const isSmall = (type: ValueType | undefined): boolean =>
  type?.kind === 'tensor' &&
  type.dims?.every((dim) => typeof dim === 'number') === true &&
  elementCount(type.dims) <= FOLD_LIMIT

/** Exactly one output. */
const givesOne = ({ outputs }: OperatorSchema): boolean =>
  outputs.length === 1 && !outputs[0]?.endsWith('...')

/** One required output, and optional ones behind it: `HasExtras` at run time. */
const hasExtras = ({ outputs: [first, ...rest] }: OperatorSchema): boolean =>
  first !== undefined && !first.endsWith('?') && rest.length > 0 && rest.every((name) => name.endsWith('?'))
