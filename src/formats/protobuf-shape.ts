import type { ByteSource } from '../graph/bytes/index.ts'

/**
 * Protobuf files carry no signature: ONNX models, SavedModels and frozen graphs are told apart by which top-level fields
 * they have, and of which wire type.
 */
export function protobufFormat(
  source: ByteSource,
): 'onnx' | 'tensorflow-saved-model' | 'tensorflow-graph' | undefined {
  const fields = topLevelFields(source)
  return fields && ROWS.find(([, holds]) => holds(fields, source))?.[0]
}

type ProtobufFormat = 'onnx' | 'tensorflow-saved-model' | 'tensorflow-graph'
type Fields = readonly Field[]

interface Field {
  readonly number: number
  readonly wire: number
  /** Where the content begins, and its length: of a varint, its own. */
  readonly start: number
  readonly length: number
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** Enough to meet a field that decides; a frozen graph has one per node. */
const MAX_FIELDS = 200

const ROWS: readonly (readonly [ProtobufFormat, (fields: Fields, source: ByteSource) => boolean])[] = [
  // onnx.proto ModelProto: ir_version = 1, graph = 7, opset_import = 8, nothing above 26.
  [
    'onnx',
    (fields) =>
      fields.every(({ number, wire }) => number <= 26 && ONNX_WIRES.get(number) === wire) &&
      fields.some(({ number }) => number === 7) &&
      fields.some(({ number }) => number === 1 || number === 8),
  ],
  // saved_model.proto SavedModel: saved_model_schema_version = 1, meta_graphs = 2, which begin as messages.
  [
    'tensorflow-saved-model',
    (fields) =>
      fields.some(({ number, wire }) => number === 2 && wire === BYTES) &&
      fields.every(({ number, wire }) => (number === 1 ? wire === VARINT : number === 2 && wire === BYTES)) &&
      fields.some(({ number }) => number === 1),
  ],
  // graph.proto GraphDef: node = 1, each beginning with a name and an op; library = 2, version = 3, versions = 4.
  ['tensorflow-graph', (fields, source) => fields.every(isGraphDefField) && beginsWithNode(fields, source)],
]

const ONNX_WIRES: ReadonlyMap<number, number> = new Map([
  [1, VARINT],
  [2, BYTES],
  [3, BYTES],
  [4, BYTES],
  [5, VARINT],
  [6, BYTES],
  [7, BYTES],
  [8, BYTES],
  [14, BYTES],
  [20, BYTES],
  [25, BYTES],
  [26, BYTES],
])

const isGraphDefField = ({ number, wire }: Field): boolean =>
  number === 3 ? wire === VARINT : [1, 2, 4, 5].includes(number) && wire === BYTES

function beginsWithNode(fields: Fields, source: ByteSource): boolean {
  const node = fields.find(({ number }) => number === 1)
  const inner = node && topLevelFields(source.slice(node.start, node.length))
  const named = (number: number) => inner?.some((field) => field.number === number && field.wire === BYTES)
  return !!named(1) && !!named(2)
}

/** The first fields of a message; undefined when the bytes are none. */
function topLevelFields(source: ByteSource): Fields | undefined {
  const fields: Field[] = []
  for (let at = 0; at < source.size && fields.length < MAX_FIELDS; ) {
    const field = readField(source, at)
    if (!field) return undefined
    fields.push(field)
    at = field.start + field.length
  }
  return fields.length > 0 ? fields : undefined
}

function readField(source: ByteSource, at: number): Field | undefined {
  const tag = readVarint(source, at)
  if (!tag || tag.value < 8) return undefined
  const field = { number: Math.floor(tag.value / 8), wire: tag.value % 8 }
  const body = bodyOf(source, field.wire, tag.end)
  return body && body.start + body.length <= source.size ? { ...field, ...body } : undefined
}

function bodyOf(source: ByteSource, wire: number, at: number): { start: number; length: number } | undefined {
  if (wire === FIXED64) return { start: at, length: 8 }
  if (wire === FIXED32) return { start: at, length: 4 }
  const varint = readVarint(source, at)
  if (!varint) return undefined
  if (wire === VARINT) return { start: at, length: varint.end - at }
  return wire === BYTES ? { start: varint.end, length: varint.value } : undefined
}

function readVarint(source: ByteSource, at: number): { value: number; end: number } | undefined {
  const bytes = source.read(at, Math.min(10, Math.max(0, source.size - at)))
  let value = 0
  for (const [i, byte] of bytes.entries()) {
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return undefined
}
