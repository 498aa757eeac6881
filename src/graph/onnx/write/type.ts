import { type Dim, dimName } from '../../dims/index.ts'
import { DTYPES } from '../../dtype.ts'
import type { TensorType, ValueType } from '../../value-type.ts'
import { DIMENSION, ELEMENT_TYPE, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from '../proto/fields.ts'
import type { ProtoWriter } from '../wire/writer.ts'

/** Fills a ValueInfoProto. */
export function writeValueInfo(message: ProtoWriter, name: string, type: ValueType | undefined): void {
  message.text(VALUE_INFO.name, name)
  if (type) message.message(VALUE_INFO.type, (typeMessage) => writeType(typeMessage, type))
}

function writeType(message: ProtoWriter, type: ValueType): void {
  if (type.kind === 'tensor') {
    message.message(TYPE.tensor, (tensor) => writeTensorType(tensor, type))
    return
  }
  message.message(TYPE[type.kind], (container) =>
    container.message(ELEMENT_TYPE.elementType, (element) => writeType(element, type.element)),
  )
}

function writeTensorType(message: ProtoWriter, { dtype, dims }: TensorType): void {
  message.int(TENSOR_TYPE.elementType, DTYPES[dtype].onnx)
  if (!dims) return
  message.message(TENSOR_TYPE.shape, (shape) => {
    for (const dim of dims) shape.message(SHAPE.dim, (dimension) => writeDim(dimension, dim))
  })
}

function writeDim(message: ProtoWriter, dim: Dim): void {
  if (typeof dim === 'number') message.int(DIMENSION.value, dim)
  else message.text(DIMENSION.param, dimName(dim))
}
