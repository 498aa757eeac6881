import type { ByteSource } from '../../graph/index.ts'

/** Tag of ModelProto.ir_version, a varint, and of ModelProto.graph, a message. */
const IR_VERSION_TAG = 0x08
const GRAPH_TAG = 0x3a
const BYTES_WIRE = 2

/**
 * Whether the file begins as ONNX files do, with the IR version and the producer, and ends within the graph: then it is
 * an ONNX model that was cut short, and no unknown file.
 */
export function isCutShort(source: ByteSource): boolean {
  const head = source.read(0, Math.min(source.size, 4096))
  if (head[0] !== IR_VERSION_TAG || (head[1] ?? 0x80) >= 0x80) return false
  for (let at = 2; at < head.length; ) {
    const tag = head[at] ?? 0
    const length = varintAt(head, at + 1)
    if ((tag & 7) !== BYTES_WIRE || !length) return false
    const end = length.end + length.value
    if (end > source.size) return tag === GRAPH_TAG
    at = end
  }
  return false
}

function varintAt(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < 5 && at + i < bytes.length; i++) {
    const byte = bytes[at + i] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  return undefined
}
