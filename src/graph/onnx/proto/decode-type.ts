import type { ProtoMessage } from '../wire/message.ts'
import { readNumber } from '../wire/numbers.ts'
import { DIMENSION, ELEMENT_TYPE, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './fields.ts'
import type { DimensionProto, TypeProto, ValueInfoProto } from './messages.ts'

export function decodeValueInfo(message: ProtoMessage): ValueInfoProto {
  const info: ValueInfoProto = { name: '', type: undefined }
  for (const field of message.fields()) {
    if (field.number === VALUE_INFO.name) info.name = field.asText()
    else if (field.number === VALUE_INFO.type) info.type = decodeType(field.asMessage())
  }
  return info
}

function decodeType(message: ProtoMessage): TypeProto | undefined {
  let type: TypeProto | undefined
  for (const field of message.fields()) {
    switch (field.number) {
      case TYPE.tensor:
        type = decodeTensorType(field.asMessage())
        break
      case TYPE.sequence:
        type = { kind: 'sequence', element: decodeElement(field.asMessage()) }
        break
      case TYPE.optional:
        type = { kind: 'optional', element: decodeElement(field.asMessage()) }
        break
      case TYPE.map:
        type = { kind: 'map' }
        break
      case TYPE.sparseTensor:
        type = { kind: 'sparse' }
        break
    }
  }
  return type
}

function decodeTensorType(message: ProtoMessage): TypeProto {
  let elementType = 0
  let dims: DimensionProto[] | undefined
  for (const field of message.fields()) {
    if (field.number === TENSOR_TYPE.elementType) elementType = readNumber(field)
    else if (field.number === TENSOR_TYPE.shape) dims = decodeShape(field.asMessage())
  }
  return { kind: 'tensor', elementType, dims }
}

function decodeElement(message: ProtoMessage): TypeProto | undefined {
  let element: TypeProto | undefined
  for (const field of message.fields())
    if (field.number === ELEMENT_TYPE.elementType) element = decodeType(field.asMessage())
  return element
}

function decodeShape(message: ProtoMessage): DimensionProto[] {
  const dims: DimensionProto[] = []
  for (const field of message.fields())
    if (field.number === SHAPE.dim) dims.push(decodeDimension(field.asMessage()))
  return dims
}

/** A negative size or an empty name says nothing: older exporters wrote -1 for a size that varies. */
function decodeDimension(message: ProtoMessage): DimensionProto {
  let dim: DimensionProto
  for (const field of message.fields()) {
    if (field.number === DIMENSION.value) {
      const size = readNumber(field)
      dim = size < 0 ? undefined : size
    } else if (field.number === DIMENSION.param) dim = field.asText() || undefined
  }
  return dim
}
