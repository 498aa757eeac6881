import protobuf from 'protobufjs/minimal.js'
import { WIRE } from './message.ts'

/** Bytes that are made when they are needed, in pieces: a tensor's data. */
export interface Blob {
  readonly size: number
  readonly chunks: () => Iterable<Uint8Array>
}

/** Smaller blobs are copied into the text of the message: a part of its own would cost more. */
const INLINE_BYTES = 1024

/**
 * Writes a protobuf message as a list of parts, so that tensors are never gathered in one buffer: sizes are known before
 * bytes are.
 */
export class ProtoWriter {
  readonly #parts: Blob[] = []
  #writer = protobuf.Writer.create()
  #flushed = 0

  /** Bytes written so far. */
  get size(): number {
    return this.#flushed + this.#writer.len
  }

  int(field: number, value: number): this {
    this.#tag(field, WIRE.varint).int64(value)
    return this
  }

  float(field: number, value: number): this {
    this.#tag(field, WIRE.fixed32).float(value)
    return this
  }

  text(field: number, value: string): this {
    this.#tag(field, WIRE.bytes).bytes(utf8.encode(value))
    return this
  }

  /** Packed repeated ints; nothing when there are none. */
  ints(field: number, values: readonly number[]): this {
    if (values.length === 0) return this
    const writer = this.#tag(field, WIRE.bytes).fork()
    for (const value of values) writer.int64(value)
    writer.ldelim()
    return this
  }

  /** Packed repeated floats; nothing when there are none. */
  floats(field: number, values: readonly number[]): this {
    if (values.length === 0) return this
    const writer = this.#tag(field, WIRE.bytes).fork()
    for (const value of values) writer.float(value)
    writer.ldelim()
    return this
  }

  message(field: number, fill: (message: ProtoWriter) => void): this {
    const nested = new ProtoWriter()
    fill(nested)
    this.#tag(field, WIRE.bytes).uint32(nested.size)
    for (const part of nested.parts()) this.#append(part)
    return this
  }

  blob(field: number, blob: Blob): this {
    this.#tag(field, WIRE.bytes).uint32(blob.size)
    this.#append(blob)
    return this
  }

  /** Everything written, in order. */
  parts(): readonly Blob[] {
    this.#flush()
    return this.#parts
  }

  #append(blob: Blob): void {
    if (blob.size === 0) return
    if (blob.size <= INLINE_BYTES) for (const chunk of blob.chunks()) this.#writer.raw(chunk)
    else {
      this.#flush()
      this.#parts.push(blob)
      this.#flushed += blob.size
    }
  }

  #flush(): void {
    if (this.#writer.len === 0) return
    const bytes = this.#writer.finish()
    this.#writer = protobuf.Writer.create()
    this.#flushed += bytes.byteLength
    this.#parts.push({ size: bytes.byteLength, chunks: () => [bytes] })
  }

  #tag(field: number, wire: number) {
    return this.#writer.uint32((field << 3) | wire)
  }
}

const utf8 = new TextEncoder()
