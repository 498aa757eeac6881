import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import { ProtoMessage } from '../wire/message.ts'
import { readNumber } from '../wire/numbers.ts'
import { canonicalDomain, decodeEntry, decodeOpset } from './decode-entry.ts'
import { decodeAttribute, decodeGraph, decodeNode } from './decode-graph.ts'
import { decodeValueInfo } from './decode-type.ts'
import { FUNCTION, MODEL } from './fields.ts'
import { fieldReaders, fill } from './fill.ts'
import type { FunctionProto, ModelProto } from './messages.ts'

/** @throws ModelError EMPTY_FILE, TRUNCATED_FILE, CORRUPT_FILE. */
export function decodeModel(source: ByteSource): ModelProto {
  if (source.size === 0)
    throw new ModelError('EMPTY_FILE', { what: `${source.name} holds no bytes`, next: 'Download it again' })
  return fill(
    ProtoMessage.of(source),
    { irVersion: 0, graph: undefined, opsets: new Map(), metadata: new Map(), functions: [] },
    MODEL_FIELDS,
  )
}

const decodeFunction = (message: ProtoMessage): FunctionProto =>
  fill(
    message,
    {
      name: '',
      domain: '',
      overload: '',
      inputs: [],
      outputs: [],
      attributes: [],
      defaults: [],
      nodes: [],
      opsets: new Map(),
      valueInfos: [],
    },
    FUNCTION_FIELDS,
  )

const MODEL_FIELDS = fieldReaders<ModelProto>({
  [MODEL.irVersion]: (model, field) => {
    model.irVersion = readNumber(field)
  },
  [MODEL.graph]: (model, field) => {
    model.graph = decodeGraph(field.asMessage())
  },
  [MODEL.opsetImport]: (model, field) => {
    model.opsets.set(...decodeOpset(field.asMessage()))
  },
  [MODEL.metadata]: (model, field) => {
    model.metadata.set(...decodeEntry(field.asMessage()))
  },
  [MODEL.functions]: (model, field) => {
    model.functions.push(decodeFunction(field.asMessage()))
  },
})

const FUNCTION_FIELDS = fieldReaders<FunctionProto>({
  [FUNCTION.name]: (made, field) => {
    made.name = field.asText()
  },
  [FUNCTION.domain]: (made, field) => {
    made.domain = canonicalDomain(field.asText())
  },
  [FUNCTION.overload]: (made, field) => {
    made.overload = field.asText()
  },
  [FUNCTION.input]: (made, field) => {
    made.inputs.push(field.asText())
  },
  [FUNCTION.output]: (made, field) => {
    made.outputs.push(field.asText())
  },
  [FUNCTION.attribute]: (made, field) => {
    made.attributes.push(field.asText())
  },
  [FUNCTION.attributeProto]: (made, field) => {
    made.defaults.push(decodeAttribute(field.asMessage()))
  },
  [FUNCTION.node]: (made, field) => {
    made.nodes.push(decodeNode(field.asMessage()))
  },
  [FUNCTION.opsetImport]: (made, field) => {
    made.opsets.set(...decodeOpset(field.asMessage()))
  },
  [FUNCTION.valueInfo]: (made, field) => {
    made.valueInfos.push(decodeValueInfo(field.asMessage()))
  },
})
