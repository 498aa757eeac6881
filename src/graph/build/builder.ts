import { ModelError, type Where } from '../../errors/index.ts'
import type { Attributes } from '../attribute.ts'
import type { Dim } from '../dims/index.ts'
import type { DType } from '../dtype.ts'
import type { Graph } from '../graph.ts'
import { inferCall } from '../inference/infer.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import type { Model } from '../model.ts'
import type { Node, NodeSpec } from '../node.ts'
import { OPERATORS, type OperatorTable } from '../ops/index.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import { type Tensor, tensorOf } from '../tensor.ts'
import type { Value } from '../value.ts'
import { attributesOf, splitArguments } from './arguments.ts'
import { ConstantPool } from './constant-pool.ts'
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
export function createBuilder(model: Model, at: InsertionPoint = { graph: model.graph }): Builder {
  const core = new BuilderCore(model, at)
  const methods = Object.entries(OPERATORS).map(([name, schema]) => [
    name,
    (...args: readonly unknown[]) => core.callMethod(schema, args),
  ])
  // The one place where the table's run-time shape meets the types derived from it in `method-types.ts`.
  return Object.assign(core, Object.fromEntries(methods) as OperatorMethods)
}

export class BuilderCore {
  readonly model: Model
  readonly graph: Graph
  readonly at: InsertionPoint
  /** Source position given to every node emitted from now on. */
  origin: Where | undefined
  readonly #constants: ConstantPool

  constructor(model: Model, at: InsertionPoint) {
    this.model = model
    this.graph = at.graph
    this.at = at
    this.#constants = ConstantPool.of(model.graph)
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
    { name, count }: { readonly name?: string | undefined; readonly count?: number | undefined } = {},
  ): readonly Value[] {
    const call = { op: schema.op, inputs, attributes, where: this.origin }
    const infos = inferCall(this.model, schema, call).slice(0, count)
    const folded = infos.map((info) => this.#known(info))
    if (folded.length > 0 && folded.every((value) => value !== undefined)) return folded
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

  #known({ type, content }: OutputInfo): Value | undefined {
    if (type?.kind !== 'tensor' || !content?.every(isSafeNumber)) return undefined
    const { dtype, dims } = type
    if (!dims?.every((dim) => typeof dim === 'number')) return undefined
    return this.constant(tensorOf(dtype, dims, content))
  }

  #fail(what: string): never {
    throw new ModelError('INTERNAL', { what, where: this.origin })
  }
}

/** int64 constants beyond 2^53 are not what their nearest number says. */
const isSafeNumber = (dim: Dim): dim is number => Number.isSafeInteger(dim)

/** Exactly one output. */
const givesOne = ({ outputs }: OperatorSchema): boolean =>
  outputs.length === 1 && !outputs[0]?.endsWith('...')

/** One required output, and optional ones behind it: `HasExtras` at run time. */
const hasExtras = ({ outputs: [first, ...rest] }: OperatorSchema): boolean =>
  first !== undefined && !first.endsWith('?') && rest.length > 0 && rest.every((name) => name.endsWith('?'))
