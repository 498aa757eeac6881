import type { Attribute } from '../../attribute.ts'
import type { Graph } from '../../graph.ts'
import { ATTRIBUTE_TYPE } from '../proto/fields.ts'
import type { AttributeProto, GraphProto, NodeProto } from '../proto/messages.ts'
import type { Integer } from '../wire/numbers.ts'
import type { ReadContext } from './context.ts'
import { nodeLabel } from './label.ts'
import { readTensor } from './tensor.ts'

/** Integers that mean "to the end" in the attributes of old operators: beyond a safe integer any value does. */
const SATURATING: ReadonlySet<string> = new Set(['Slice.starts', 'Slice.ends'])

/**
 * An attribute of a node. `subgraph` reads a graph in the scope the attribute was written in.
 * @throws ModelError UNSUPPORTED_CONSTRUCT for types, lists of tensors, and integers a number cannot hold.
 */
export function readAttribute(
  context: ReadContext,
  node: NodeProto,
  proto: AttributeProto,
  subgraph: (graph: GraphProto) => Graph,
): Attribute {
  switch (proto.type || guessedType(proto)) {
    case ATTRIBUTE_TYPE.float:
      return { type: 'float', value: proto.f }
    case ATTRIBUTE_TYPE.int:
      return { type: 'int', value: safeInteger(context, node, proto, proto.i) }
    case ATTRIBUTE_TYPE.string:
      return { type: 'string', value: proto.s?.asExactText() ?? '' }
    case ATTRIBUTE_TYPE.tensor:
      if (proto.t) return { type: 'tensor', value: readTensor(context, proto.t) }
      break
    case ATTRIBUTE_TYPE.graph:
      if (proto.g) return { type: 'graph', value: subgraph(proto.g) }
      break
    case ATTRIBUTE_TYPE.floats:
      return { type: 'floats', value: proto.floats }
    case ATTRIBUTE_TYPE.ints:
      return { type: 'ints', value: proto.ints.map((value) => safeInteger(context, node, proto, value)) }
    case ATTRIBUTE_TYPE.strings:
      return { type: 'strings', value: proto.strings.map((field) => field.asExactText()) }
    case ATTRIBUTE_TYPE.graphs:
      return { type: 'graphs', value: proto.graphs.map(subgraph) }
    default:
      throw context.unsupported(
        `Attribute ${proto.name} is of ONNX attribute type ${proto.type}`,
        nodeLabel(node),
      )
  }
  throw context.invalid(`Attribute ${proto.name} holds nothing`, nodeLabel(node))
}

/** Files of IR version 1 do not say the type: https://github.com/onnx/onnx/blob/main/docs/IR.md#attributes */
function guessedType(proto: AttributeProto): number {
  if (proto.s) return ATTRIBUTE_TYPE.string
  if (proto.t) return ATTRIBUTE_TYPE.tensor
  if (proto.g) return ATTRIBUTE_TYPE.graph
  if (proto.floats.length > 0) return ATTRIBUTE_TYPE.floats
  if (proto.ints.length > 0) return ATTRIBUTE_TYPE.ints
  if (proto.strings.length > 0) return ATTRIBUTE_TYPE.strings
  if (proto.graphs.length > 0) return ATTRIBUTE_TYPE.graphs
  return proto.f === 0 ? ATTRIBUTE_TYPE.int : ATTRIBUTE_TYPE.float
}

function safeInteger(context: ReadContext, node: NodeProto, proto: AttributeProto, value: Integer): number {
  if (typeof value === 'number') return value
  if (SATURATING.has(`${node.op}.${proto.name}`))
    return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
  throw context.unsupported(
    `Attribute ${proto.name} holds ${value}, which a JavaScript number cannot hold exactly`,
    nodeLabel(node),
  )
}
