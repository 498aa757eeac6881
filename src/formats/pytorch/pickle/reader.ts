import { ModelError } from '../../../errors/index.ts'
import { type ByteSource, checkRange } from '../../../graph/bytes/index.ts'

const WINDOW = 1 << 16
/** Text arguments (class names, protocol 0 literals) end at a newline; one this far off is damage. */
const MAX_LINE = 1 << 24
/** Longer strings come close to what a JavaScript string can hold. */
const MAX_STRING = 1 << 28

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const strictUtf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })

/**
 * Reads a pickle front to back, a window at a time: in old files tensor data of any size follows the pickle. All numbers
 * are little-endian, but for BINFLOAT.
 */
export class PickleReader {
  readonly source: ByteSource
  #window: Uint8Array = new Uint8Array(0)
  #view = new DataView(this.#window.buffer)
  #start = 0
  #at = 0

  constructor(source: ByteSource, position = 0) {
    this.source = source
    this.#start = position
  }

  /** Of the next byte to be read, in the source. */
  get position(): number {
    return this.#start + this.#at
  }

  u8(): number {
    const at = this.#advance(1)
    return this.#view.getUint8(at)
  }

  u16(): number {
    const at = this.#advance(2)
    return this.#view.getUint16(at, true)
  }

  u32(): number {
    const at = this.#advance(4)
    return this.#view.getUint32(at, true)
  }

  i32(): number {
    const at = this.#advance(4)
    return this.#view.getInt32(at, true)
  }

  /** A length or count of 64 bits. */
  u64(): number {
    const at = this.#advance(8)
    const value = Number(this.#view.getBigUint64(at, true))
    if (!Number.isSafeInteger(value)) checkRange(this.source.name, this.source.size, this.position, value)
    return value
  }

  f64BigEndian(): number {
    const at = this.#advance(8)
    return this.#view.getFloat64(at, false)
  }

  /** The next `length` bytes: a view that later reads leave alone. */
  take(length: number): Uint8Array {
    if (length > WINDOW) {
      const taken = this.source.read(this.position, length)
      this.#start = this.position + length
      this.#at = 0
      this.#window = new Uint8Array(0)
      return taken
    }
    const at = this.#advance(length)
    return this.#window.subarray(at, at + length)
  }

  skip(length: number): void {
    checkRange(this.source.name, this.source.size, this.position, length)
    this.#start = this.position + length
    this.#at = 0
    this.#window = new Uint8Array(0)
  }

  /** UTF-8 text of `length` bytes; what is not UTF-8 becomes U+FFFD (Python's surrogates, mostly in file names). */
  text(length: number): string {
    this.#checkString(length)
    return utf8.decode(this.take(length))
  }

  /** A Python 2 `str`, which may be text or raw bytes. */
  textOrBytes(length: number): string | Uint8Array {
    this.#checkString(length)
    const bytes = this.take(length)
    return decodeTextOrBytes(bytes)
  }

  /** The bytes up to the next newline, as latin-1 text, without it. */
  line(): string {
    const pieces: string[] = []
    let length = 0
    for (;;) {
      if (this.#at >= this.#window.byteLength) this.#refill(1)
      const rest = this.#window.subarray(this.#at)
      const newline = rest.indexOf(0x0a)
      const piece = newline < 0 ? rest : rest.subarray(0, newline)
      length += piece.byteLength
      this.#checkLine(length)
      pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1'))
      this.#at += piece.byteLength + (newline < 0 ? 0 : 1)
      if (newline >= 0) return pieces.join('')
    }
  }

  #checkLine(length: number): void {
    if (length <= MAX_LINE) return
    throw new ModelError('CORRUPT_FILE', {
      what: `${this.source.name} is not a valid pickle: a line of text at byte ${this.position} has no end`,
    })
  }

  #checkString(length: number): void {
    if (length <= MAX_STRING) return
    checkRange(this.source.name, this.source.size, this.position, length)
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `${this.source.name} holds a string of ${length} bytes, more than the ${MAX_STRING} allowed`,
    })
  }

  /** Moves behind the next `length` bytes and gives their place in the window. */
  #advance(length: number): number {
    if (this.#at + length > this.#window.byteLength) this.#refill(length)
    const at = this.#at
    this.#at += length
    return at
  }

  #refill(length: number): void {
    const start = this.position
    checkRange(this.source.name, this.source.size, start, length)
    this.#window = this.source.read(start, Math.min(WINDOW, this.source.size - start))
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength)
    this.#start = start
    this.#at = 0
  }
}

/** Python 2 text where the bytes are UTF-8, which is how PyTorch loads it; else the bytes. */
export function decodeTextOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return bytes
  }
}
