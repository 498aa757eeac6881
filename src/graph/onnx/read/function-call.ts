import type { AttributeProto, FunctionProto, NodeProto } from '../proto/messages.ts'
import type { ReadContext } from './context.ts'
import type { GraphReader } from './graph.ts'
import { nodeLabel } from './label.ts'

/** A node that calls a function of the model. */
export interface Call {
  readonly node: NodeProto
  readonly body: FunctionProto
  /** Reader of the graph the call stands in: subgraphs among its attributes see the names there. */
  readonly caller: GraphReader
  /** The call that the caller is itself inlined for. */
  readonly outer: CallFrame | undefined
  readonly name: string
}

/** What the body of a function sees of its call while it is inlined. */
export class CallFrame {
  readonly #call: Call

  /** @throws ModelError INVALID_GRAPH when the function calls itself, LIMIT_EXCEEDED when calls multiply. */
  constructor(context: ReadContext, call: Call) {
    this.#call = call
    context.countInlined(call.body.nodes.length + 1)
    for (let frame = call.outer; frame; frame = frame.#call.outer) {
      if (frame.#call.body === call.body)
        throw context.invalid(`Function ${call.body.name} calls itself`, nodeLabel(call.node))
    }
  }

  get name(): string {
    return this.#call.name || this.#call.node.op
  }

  /** The version of the default domain that the body is written for; undefined where that is the model's. */
  get opset(): number | undefined {
    return this.#call.body.opsets.get('')
  }

  /**
   * The attribute of the call, or the function's default (which has no caller); undefined when the call leaves out one
   * without a default, and then the body's node is without it too.
   */
  attribute(name: string): { proto: AttributeProto; caller: GraphReader | undefined } | undefined {
    const given = this.#call.node.attributes.find((attribute) => attribute.name === name)
    if (given) return { proto: given, caller: this.#call.caller }
    const standard = this.#call.body.defaults.find((attribute) => attribute.name === name)
    return standard && { proto: standard, caller: undefined }
  }
}

/** Functions are told apart by domain, name and overload. */
export const functionKey = (
  of: { domain: string; overload: string } & ({ op: string } | { name: string }),
): string => JSON.stringify([of.domain, 'op' in of ? of.op : of.name, of.overload])
