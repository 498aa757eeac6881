import type { ProtoField, ProtoMessage } from '../wire/message.ts'
import { type Integer, readIntegers, readNumber } from '../wire/numbers.ts'
import { decodeEntry } from './decode-entry.ts'
import { EXTERNAL, TENSOR } from './fields.ts'
import type { TensorProto } from './messages.ts'

const TYPED_DATA: ReadonlySet<number> = new Set([
  TENSOR.floatData,
  TENSOR.int32Data,
  TENSOR.stringData,
  TENSOR.int64Data,
  TENSOR.doubleData,
  TENSOR.uint64Data,
])

export function decodeTensor(message: ProtoMessage): TensorProto {
  const dims: Integer[] = []
  const entries = new Map<string, string>()
  let external = false
  const tensor: TensorProto = {
    name: '',
    dataType: 0,
    dims: [],
    raw: undefined,
    typed: new Map(),
    external: undefined,
    segmented: false,
  }
  for (const field of message.fields()) {
    if (TYPED_DATA.has(field.number)) push(tensor.typed, field)
    else if (field.number === TENSOR.dims) readIntegers(field, dims)
    else if (field.number === TENSOR.dataType) tensor.dataType = readNumber(field)
    else if (field.number === TENSOR.segment) tensor.segmented = true
    else if (field.number === TENSOR.name) tensor.name = field.asText()
    else if (field.number === TENSOR.rawData) tensor.raw = field
    else if (field.number === TENSOR.externalData) entries.set(...decodeEntry(field.asMessage()))
    else if (field.number === TENSOR.dataLocation) external = readNumber(field) === EXTERNAL
  }
  tensor.dims = dims.map((dim) => checkedDim(message, tensor.name, dim))
  if (external) tensor.external = entries
  return tensor
}

function push(typed: Map<number, ProtoField[]>, field: ProtoField): void {
  const fields = typed.get(field.number)
  if (fields) fields.push(field)
  else typed.set(field.number, [field])
}

function checkedDim(message: ProtoMessage, name: string, dim: Integer): number {
  if (typeof dim === 'number' && dim >= 0) return dim
  throw message.corrupt(message.start, `tensor ${name} has a dim of ${dim}`)
}
