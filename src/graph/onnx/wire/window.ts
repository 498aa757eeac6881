import protobuf from 'protobufjs/minimal.js'
import type { ByteSource } from '../../bytes/index.ts'

type Reader = InstanceType<typeof protobuf.Reader>

const WINDOW_BYTES = 1 << 16

/**
 * A protobuf reader that can be put anywhere in a source while only a window of it is in memory: weights are skipped,
 * never read, so that a model larger than one buffer is no different from a small one.
 */
export class Window {
  readonly source: ByteSource
  #start = 0
  #reader: Reader

  constructor(source: ByteSource) {
    this.source = source
    this.#reader = new protobuf.Reader(new Uint8Array(0))
  }

  /** The reader at `offset`, with at least `need` bytes ahead or, near the end, all there are. */
  at(offset: number, need: number): Reader {
    const ahead = this.#start + this.#reader.len - offset
    const wanted = Math.min(need, this.source.size - offset)
    if (offset < this.#start || ahead < wanted) {
      const length = Math.min(Math.max(wanted, WINDOW_BYTES), this.source.size - offset)
      this.#reader = new protobuf.Reader(this.source.read(offset, length))
      this.#start = offset
    }
    this.#reader.pos = offset - this.#start
    return this.#reader
  }

  byte(offset: number): number {
    const { buf, pos } = this.at(offset, 1)
    return buf[pos] ?? 0
  }

  /** Bytes to look at now and not to keep: a view of the window where they fit into it. */
  bytes(offset: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.source.read(offset, length)
    const { buf, pos } = this.at(offset, length)
    return buf.subarray(pos, pos + length)
  }

  /** Where the reader stands, counted in the source. */
  position(reader: Reader): number {
    return this.#start + reader.pos
  }
}
