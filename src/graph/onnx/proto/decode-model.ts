import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import { ProtoMessage } from '../wire/message.ts'
import { readNumber } from '../wire/numbers.ts'
import { canonicalDomain, decodeEntry, decodeOpset } from './decode-entry.ts'
import { decodeAttribute, decodeGraph, decodeNode } from './decode-graph.ts'
import { decodeValueInfo } from './decode-type.ts'
import { FUNCTION, MODEL } from './fields.ts'
import type { FunctionProto, ModelProto } from './messages.ts'

/** @throws ModelError EMPTY_FILE, TRUNCATED_FILE, CORRUPT_FILE. */
export function decodeModel(source: ByteSource): ModelProto {
  if (source.size === 0)
    throw new ModelError('EMPTY_FILE', { what: `${source.name} holds no bytes`, next: 'Download it again' })
  const model: ModelProto = {
    irVersion: 0,
    graph: undefined,
    opsets: new Map(),
    metadata: new Map(),
    functions: [],
  }
  for (const field of ProtoMessage.of(source).fields()) {
    switch (field.number) {
      case MODEL.irVersion:
        model.irVersion = readNumber(field)
        break
      case MODEL.graph:
        model.graph = decodeGraph(field.asMessage())
        break
      case MODEL.opsetImport:
        model.opsets.set(...decodeOpset(field.asMessage()))
        break
      case MODEL.metadata:
        model.metadata.set(...decodeEntry(field.asMessage()))
        break
      case MODEL.functions:
        model.functions.push(decodeFunction(field.asMessage()))
        break
    }
  }
  return model
}

function decodeFunction(message: ProtoMessage): FunctionProto {
  const made: FunctionProto = {
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
  }
  for (const field of message.fields()) {
    switch (field.number) {
      case FUNCTION.name:
        made.name = field.asText()
        break
      case FUNCTION.domain:
        made.domain = canonicalDomain(field.asText())
        break
      case FUNCTION.overload:
        made.overload = field.asText()
        break
      case FUNCTION.input:
        made.inputs.push(field.asText())
        break
      case FUNCTION.output:
        made.outputs.push(field.asText())
        break
      case FUNCTION.attribute:
        made.attributes.push(field.asText())
        break
      case FUNCTION.attributeProto:
        made.defaults.push(decodeAttribute(field.asMessage()))
        break
      case FUNCTION.node:
        made.nodes.push(decodeNode(field.asMessage()))
        break
      case FUNCTION.opsetImport:
        made.opsets.set(...decodeOpset(field.asMessage()))
        break
      case FUNCTION.valueInfo:
        made.valueInfos.push(decodeValueInfo(field.asMessage()))
        break
    }
  }
  return made
}
