import type { ProtoMessage } from '../wire/message.ts'
import { readFloat, readFloats, readInteger, readIntegers, readNumber } from '../wire/numbers.ts'
import { canonicalDomain } from './decode-entry.ts'
import { decodeTensor } from './decode-tensor.ts'
import { decodeValueInfo } from './decode-type.ts'
import { ATTRIBUTE, GRAPH, NODE } from './fields.ts'
import type { AttributeProto, GraphProto, NodeProto } from './messages.ts'
import { refuseSparse } from './refuse-sparse.ts'

export function decodeGraph(message: ProtoMessage): GraphProto {
  const graph: GraphProto = {
    name: '',
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfos: [],
  }
  for (const field of message.fields()) {
    switch (field.number) {
      case GRAPH.name:
        graph.name = field.asText()
        break
      case GRAPH.node:
        graph.nodes.push(decodeNode(field.asMessage()))
        break
      case GRAPH.initializer:
        graph.initializers.push(decodeTensor(field.asMessage()))
        break
      case GRAPH.input:
        graph.inputs.push(decodeValueInfo(field.asMessage()))
        break
      case GRAPH.output:
        graph.outputs.push(decodeValueInfo(field.asMessage()))
        break
      case GRAPH.valueInfo:
        graph.valueInfos.push(decodeValueInfo(field.asMessage()))
        break
      case GRAPH.sparseInitializer:
        throw refuseSparse('initializer', field)
    }
  }
  return graph
}

export function decodeNode(message: ProtoMessage): NodeProto {
  const node: NodeProto = {
    op: '',
    domain: '',
    overload: '',
    name: '',
    inputs: [],
    outputs: [],
    attributes: [],
  }
  for (const field of message.fields()) {
    switch (field.number) {
      case NODE.input:
        node.inputs.push(field.asText())
        break
      case NODE.output:
        node.outputs.push(field.asText())
        break
      case NODE.name:
        node.name = field.asText()
        break
      case NODE.opType:
        node.op = field.asText()
        break
      case NODE.attribute:
        node.attributes.push(decodeAttribute(field.asMessage()))
        break
      case NODE.domain:
        node.domain = canonicalDomain(field.asText())
        break
      case NODE.overload:
        node.overload = field.asText()
        break
    }
  }
  return node
}

export function decodeAttribute(message: ProtoMessage): AttributeProto {
  const attribute: AttributeProto = {
    name: '',
    type: 0,
    refName: '',
    f: 0,
    i: 0,
    s: undefined,
    t: undefined,
    g: undefined,
    floats: [],
    ints: [],
    strings: [],
    graphs: [],
  }
  for (const field of message.fields()) {
    switch (field.number) {
      case ATTRIBUTE.name:
        attribute.name = field.asText()
        break
      case ATTRIBUTE.type:
        attribute.type = readNumber(field)
        break
      case ATTRIBUTE.refAttrName:
        attribute.refName = field.asText()
        break
      case ATTRIBUTE.f:
        attribute.f = readFloat(field)
        break
      case ATTRIBUTE.i:
        attribute.i = readInteger(field)
        break
      case ATTRIBUTE.s:
        attribute.s = field
        break
      case ATTRIBUTE.t:
        attribute.t = decodeTensor(field.asMessage())
        break
      case ATTRIBUTE.g:
        attribute.g = decodeGraph(field.asMessage())
        break
      case ATTRIBUTE.floats:
        readFloats(field, attribute.floats)
        break
      case ATTRIBUTE.ints:
        readIntegers(field, attribute.ints)
        break
      case ATTRIBUTE.strings:
        attribute.strings.push(field)
        break
      case ATTRIBUTE.graphs:
        attribute.graphs.push(decodeGraph(field.asMessage()))
        break
      case ATTRIBUTE.sparseTensor:
      case ATTRIBUTE.sparseTensors:
        throw refuseSparse(`attribute ${attribute.name}`, field)
    }
  }
  return attribute
}
