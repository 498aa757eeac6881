import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import { Window } from './window.ts'

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Messages nested deeper than this are an attack on the stack: real models stay below 20. */
const DEPTH_LIMIT = 100
const LONGEST_VARINT = 10

/** A message of a protobuf file: a byte range whose fields are walked in order. Nothing is read ahead of need. */
export class ProtoMessage {
  readonly window: Window
  readonly start: number
  readonly end: number
  readonly depth: number

  private constructor(window: Window, start: number, end: number, depth: number) {
    this.window = window
    this.start = start
    this.end = end
    this.depth = depth
  }

  /** The message that a whole file is. */
  static of(source: ByteSource): ProtoMessage {
    return new ProtoMessage(new Window(source), 0, source.size, 0)
  }

  /** @throws ModelError TRUNCATED_FILE, CORRUPT_FILE, LIMIT_EXCEEDED. */
  nested(start: number, end: number): ProtoMessage {
    if (this.depth >= DEPTH_LIMIT)
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `${this.window.source.name} nests messages more than ${DEPTH_LIMIT} deep`,
        why: 'No real model does',
      })
    return new ProtoMessage(this.window, start, end, this.depth + 1)
  }

  /** Its fields, in order, to be walked once. */
  fields(): Iterable<ProtoField> {
    return new FieldWalk(this)
  }

  /**
   * The field that begins at `offset`.
   * @throws ModelError TRUNCATED_FILE, CORRUPT_FILE.
   */
  fieldAt(offset: number): ProtoField {
    try {
      return this.#readField(offset)
    } catch (cause) {
      // protobufjs throws plain errors where bytes run out or make no sense.
      if (cause instanceof ModelError) throw cause
      if (cause instanceof RangeError) throw this.#leavesMessage(offset, this.end + 1)
      throw this.corrupt(offset, cause instanceof Error ? cause.message : String(cause))
    }
  }

  #readField(offset: number): ProtoField {
    const reader = this.window.at(offset, 2 * LONGEST_VARINT)
    const tag = reader.tag()
    const [number, wire] = [tag >>> 3, tag & 7]
    if (number === 0) throw this.corrupt(offset, 'field number 0')
    const length = wire === WIRE.bytes ? reader.size() : fixedLength(wire)
    const start = this.window.position(reader)
    if (length === undefined && wire !== WIRE.varint) throw this.corrupt(offset, `wire type ${wire}`)
    if (length === undefined) reader.skip()
    const end = length === undefined ? this.window.position(reader) : start + length
    if (length === undefined && end - start > LONGEST_VARINT)
      throw this.corrupt(offset, `an integer of ${end - start} bytes`)
    if (end > this.end) throw this.#leavesMessage(offset, end)
    return new ProtoField(this, number, wire, start, end)
  }

  #leavesMessage(offset: number, end: number): ModelError {
    const { name, size } = this.window.source
    if (end <= size) return this.corrupt(offset, 'a field that leaves its message')
    return new ModelError('TRUNCATED_FILE', {
      what: `${name} ends too early: the field at byte ${offset} needs more than its ${size} bytes`,
      why: 'The file is cut short or damaged',
      next: 'Download or save it again',
    })
  }

  corrupt(offset: number, why: string): ModelError {
    return new ModelError('CORRUPT_FILE', {
      what: `${this.window.source.name} is not valid protobuf at byte ${offset}: ${why}`,
    })
  }
}

const fixedLength = (wire: number): number | undefined =>
  wire === WIRE.fixed32 ? 4 : wire === WIRE.fixed64 ? 8 : undefined

/** Written out, since every byte of every message goes through it: a generator would cost twice as much. */
class FieldWalk implements IterableIterator<ProtoField> {
  readonly #message: ProtoMessage
  #offset: number

  constructor(message: ProtoMessage) {
    this.#message = message
    this.#offset = message.start
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<ProtoField, undefined> {
    if (this.#offset >= this.#message.end) return { done: true, value: undefined }
    const field = this.#message.fieldAt(this.#offset)
    this.#offset = field.end
    return { done: false, value: field }
  }
}

/** One field as it lies in the file; `[start, end)` is its payload. */
export class ProtoField {
  readonly message: ProtoMessage
  readonly number: number
  readonly wire: number
  readonly start: number
  readonly end: number

  constructor(message: ProtoMessage, number: number, wire: number, start: number, end: number) {
    this.message = message
    this.number = number
    this.wire = wire
    this.start = start
    this.end = end
  }

  get length(): number {
    return this.end - this.start
  }

  /** The payload as a message of its own. */
  asMessage(): ProtoMessage {
    this.expect(WIRE.bytes)
    return this.message.nested(this.start, this.end)
  }

  /** The payload in place: nothing is read. */
  asSource(): ByteSource {
    this.expect(WIRE.bytes)
    return this.message.window.source.slice(this.start, this.length)
  }

  /** The payload, to look at now. */
  asBytes(): Uint8Array {
    this.expect(WIRE.bytes)
    return this.message.window.bytes(this.start, this.length)
  }

  /** UTF-8; bytes that are not are replaced by U+FFFD, since names need only differ where they should. */
  asText(): string {
    return lenient.decode(this.asBytes())
  }

  /** UTF-8 to the letter. @throws ModelError CORRUPT_FILE for other bytes. */
  asExactText(): string {
    try {
      return strict.decode(this.asBytes())
    } catch {
      throw this.message.corrupt(this.start, 'a string that is not UTF-8')
    }
  }

  expect(wire: number): void {
    if (this.wire !== wire)
      throw this.message.corrupt(this.start, `field ${this.number} has wire type ${this.wire}, not ${wire}`)
  }
}

const lenient = new TextDecoder()
const strict = new TextDecoder('utf-8', { fatal: true })
