import type { ProtoMessage } from '../wire/message.ts'
import { readFloat, readFloats, readInteger, readIntegers, readNumber } from '../wire/numbers.ts'
import { canonicalDomain } from './decode-entry.ts'
import { decodeTensor } from './decode-tensor.ts'
import { decodeValueInfo } from './decode-type.ts'
import { ATTRIBUTE, GRAPH, NODE } from './fields.ts'
import { fieldReaders, fill } from './fill.ts'
import type { AttributeProto, GraphProto, NodeProto } from './messages.ts'
import { refuseSparse } from './refuse-sparse.ts'

export const decodeGraph = (message: ProtoMessage): GraphProto =>
  fill(
    message,
    { name: '', nodes: [], initializers: [], inputs: [], outputs: [], valueInfos: [] },
    GRAPH_FIELDS,
  )

export const decodeNode = (message: ProtoMessage): NodeProto =>
  fill(
    message,
    { op: '', domain: '', overload: '', name: '', inputs: [], outputs: [], attributes: [] },
    NODE_FIELDS,
  )

export const decodeAttribute = (message: ProtoMessage): AttributeProto =>
  fill(
    message,
    {
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
    },
    ATTRIBUTE_FIELDS,
  )

const GRAPH_FIELDS = fieldReaders<GraphProto>({
  [GRAPH.name]: (graph, field) => {
    graph.name = field.asText()
  },
  [GRAPH.node]: (graph, field) => {
    graph.nodes.push(decodeNode(field.asMessage()))
  },
  [GRAPH.initializer]: (graph, field) => {
    graph.initializers.push(decodeTensor(field.asMessage()))
  },
  [GRAPH.input]: (graph, field) => {
    graph.inputs.push(decodeValueInfo(field.asMessage()))
  },
  [GRAPH.output]: (graph, field) => {
    graph.outputs.push(decodeValueInfo(field.asMessage()))
  },
  [GRAPH.valueInfo]: (graph, field) => {
    graph.valueInfos.push(decodeValueInfo(field.asMessage()))
  },
  [GRAPH.sparseInitializer]: (_, field) => {
    throw refuseSparse('initializer', field)
  },
})

const NODE_FIELDS = fieldReaders<NodeProto>({
  [NODE.input]: (node, field) => {
    node.inputs.push(field.asText())
  },
  [NODE.output]: (node, field) => {
    node.outputs.push(field.asText())
  },
  [NODE.name]: (node, field) => {
    node.name = field.asText()
  },
  [NODE.opType]: (node, field) => {
    node.op = field.asText()
  },
  [NODE.attribute]: (node, field) => {
    node.attributes.push(decodeAttribute(field.asMessage()))
  },
  [NODE.domain]: (node, field) => {
    node.domain = canonicalDomain(field.asText())
  },
  [NODE.overload]: (node, field) => {
    node.overload = field.asText()
  },
})

const ATTRIBUTE_FIELDS = fieldReaders<AttributeProto>({
  [ATTRIBUTE.name]: (attribute, field) => {
    attribute.name = field.asText()
  },
  [ATTRIBUTE.type]: (attribute, field) => {
    attribute.type = readNumber(field)
  },
  [ATTRIBUTE.refAttrName]: (attribute, field) => {
    attribute.refName = field.asText()
  },
  [ATTRIBUTE.f]: (attribute, field) => {
    attribute.f = readFloat(field)
  },
  [ATTRIBUTE.i]: (attribute, field) => {
    attribute.i = readInteger(field)
  },
  [ATTRIBUTE.s]: (attribute, field) => {
    attribute.s = field
  },
  [ATTRIBUTE.t]: (attribute, field) => {
    attribute.t = decodeTensor(field.asMessage())
  },
  [ATTRIBUTE.g]: (attribute, field) => {
    attribute.g = decodeGraph(field.asMessage())
  },
  [ATTRIBUTE.floats]: (attribute, field) => readFloats(field, attribute.floats),
  [ATTRIBUTE.ints]: (attribute, field) => readIntegers(field, attribute.ints),
  [ATTRIBUTE.strings]: (attribute, field) => {
    attribute.strings.push(field)
  },
  [ATTRIBUTE.graphs]: (attribute, field) => {
    attribute.graphs.push(decodeGraph(field.asMessage()))
  },
  [ATTRIBUTE.sparseTensor]: ({ name }, field) => {
    throw refuseSparse(`attribute ${name}`, field)
  },
  [ATTRIBUTE.sparseTensors]: ({ name }, field) => {
    throw refuseSparse(`attribute ${name}`, field)
  },
})
