import * as F from '../../../../src/graph/onnx/proto/fields.ts'

/** The messages of an ONNX file: fields that are messages themselves, by number, and the kind each is of. */
const NESTED = {
  model: {
    [F.MODEL.graph]: 'graph',
    [F.MODEL.opsetImport]: 'opset',
    [F.MODEL.metadata]: 'entry',
    [F.MODEL.functions]: 'function',
  },
  graph: {
    [F.GRAPH.node]: 'node',
    [F.GRAPH.initializer]: 'tensor',
    [F.GRAPH.input]: 'valueInfo',
    [F.GRAPH.output]: 'valueInfo',
    [F.GRAPH.valueInfo]: 'valueInfo',
  },
  function: {
    [F.FUNCTION.node]: 'node',
    [F.FUNCTION.opsetImport]: 'opset',
    [F.FUNCTION.attributeProto]: 'attribute',
    [F.FUNCTION.valueInfo]: 'valueInfo',
  },
  node: { [F.NODE.attribute]: 'attribute' },
  attribute: { [F.ATTRIBUTE.t]: 'tensor', [F.ATTRIBUTE.g]: 'graph', [F.ATTRIBUTE.graphs]: 'graph' },
  tensor: { [F.TENSOR.externalData]: 'entry' },
  valueInfo: { [F.VALUE_INFO.type]: 'type' },
  type: {
    [F.TYPE.tensor]: 'tensorType',
    [F.TYPE.sequence]: 'elementType',
    [F.TYPE.optional]: 'elementType',
  },
  elementType: { [F.ELEMENT_TYPE.elementType]: 'type' },
  tensorType: { [F.TENSOR_TYPE.shape]: 'shape' },
  shape: { [F.SHAPE.dim]: 'dimension' },
  dimension: {},
  entry: {},
  opset: {},
} as const satisfies Record<string, { readonly [field: number]: string }>

export type MessageKind = keyof typeof NESTED

const NESTED_KINDS = new Map<MessageKind, ReadonlyMap<number, MessageKind>>(
  (Object.keys(NESTED) as MessageKind[]).map((kind) => [
    kind,
    new Map(Object.entries(NESTED[kind]).map(([field, nested]) => [Number(field), nested])),
  ]),
)

/** A message that can be changed and encoded again. */
export interface Message {
  readonly kind: MessageKind
  fields: Field[]
}

export interface Field {
  number: number
  value: FieldValue
}

export type FieldValue =
  | { readonly wire: 'varint'; bits: bigint }
  | { readonly wire: 'fixed'; bytes: Uint8Array }
  | { readonly wire: 'bytes'; bytes: Uint8Array }
  | { readonly wire: 'message'; message: Message }

/** Decodes a well-formed file. */
export function decodeMessage(bytes: Uint8Array, kind: MessageKind = 'model'): Message {
  const fields: Field[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = varintAt(bytes, at)
    const [number, wire] = [Number(tag.bits >> 3n), Number(tag.bits & 7n)]
    const { value, end } = valueAt(bytes, tag.end, wire, NESTED_KINDS.get(kind)?.get(number))
    fields.push({ number, value })
    at = end
  }
  return { kind, fields }
}

function valueAt(
  bytes: Uint8Array,
  at: number,
  wire: number,
  nested: MessageKind | undefined,
): { value: FieldValue; end: number } {
  if (wire === 0) {
    const { bits, end } = varintAt(bytes, at)
    return { value: { wire: 'varint', bits }, end }
  }
  if (wire !== 2) {
    const end = at + (wire === 5 ? 4 : 8)
    return { value: { wire: 'fixed', bytes: bytes.slice(at, end) }, end }
  }
  const length = varintAt(bytes, at)
  const end = length.end + Number(length.bits)
  const payload = bytes.slice(length.end, end)
  const value: FieldValue = nested
    ? { wire: 'message', message: decodeMessage(payload, nested) }
    : { wire: 'bytes', bytes: payload }
  return { value, end }
}

function varintAt(bytes: Uint8Array, at: number): { bits: bigint; end: number } {
  let bits = 0n
  for (let end = at, shift = 0n; ; end++, shift += 7n) {
    const byte = bytes[end] ?? 0
    bits |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return { bits, end: end + 1 }
  }
}

export const encodeMessage = ({ fields }: Message): Uint8Array => Buffer.concat(fields.map(encodeField))

function encodeField({ number, value }: Field): Uint8Array {
  const tag = (wire: number): Uint8Array => encodeVarint(BigInt(number * 8 + wire))
  switch (value.wire) {
    case 'varint':
      return Buffer.concat([tag(0), encodeVarint(value.bits)])
    case 'fixed':
      return Buffer.concat([tag(value.bytes.length === 4 ? 5 : 1), value.bytes])
    default: {
      const payload = value.wire === 'bytes' ? value.bytes : encodeMessage(value.message)
      return Buffer.concat([tag(2), encodeVarint(BigInt(payload.length)), payload])
    }
  }
}

/** Of a negative number the 64 bits that it has as an int64. */
export function encodeVarint(number: bigint): Uint8Array {
  const bytes: number[] = []
  let left = BigInt.asUintN(64, number)
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
  return Uint8Array.from([...bytes, Number(left)])
}

/** A message and all below it. */
export function* messagesOf(message: Message): Generator<Message> {
  yield message
  for (const { value } of message.fields) if (value.wire === 'message') yield* messagesOf(value.message)
}
