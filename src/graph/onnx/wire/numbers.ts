import { ModelError } from '../../../errors/index.ts'
import { type ProtoField, WIRE } from './message.ts'

/** An int64: a number where that is exact, a bigint beyond. */
export type Integer = number | bigint

/** One varint, as int64. */
export function readInteger(field: ProtoField): Integer {
  field.expect(WIRE.varint)
  // Of one byte, as most are.
  if (field.length === 1) return field.message.window.byte(field.start)
  const { high, low } = field.message.window.at(field.start, field.length).int64()
  return joined(high, low)
}

/** Joins the halves of an int64; a bigint only where a number would not be exact. */
function joined(high: number, low: number): Integer {
  const value = high * 2 ** 32 + (low >>> 0)
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low >>> 0)
}

/** @throws ModelError CORRUPT_FILE when it is not a safe integer. */
export function readNumber(field: ProtoField): number {
  const value = readInteger(field)
  if (typeof value === 'number') return value
  throw field.message.corrupt(field.start, `${value} is out of range`)
}

export function readFloat(field: ProtoField): number {
  field.expect(WIRE.fixed32)
  return field.message.window.at(field.start, 4).float()
}

/** Repeated ints, packed or one by one. */
export function readIntegers(field: ProtoField, into: Integer[]): void {
  eachVarint(field, (high, low) => into.push(joined(high, low)))
}

/** Repeated floats, packed or one by one. */
export function readFloats(field: ProtoField, into: number[]): void {
  const bytes = fixedBytes(field, WIRE.fixed32, 4)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += 4) into.push(view.getFloat32(at, true))
}

/** The varints of repeated fields as 64-bit halves, low before high: the memory of a BigInt64Array. */
export function varintHalves(fields: readonly ProtoField[]): Int32Array<ArrayBuffer> {
  const count = fields.reduce((sum, field) => sum + countVarints(field), 0)
  const halves = new Int32Array(2 * count)
  let at = 0
  for (const field of fields) {
    eachVarint(field, (high, low) => {
      halves[at++] = low
      halves[at++] = high
    })
  }
  return halves
}

/** A varint ends with its first byte below 0x80. */
function countVarints(field: ProtoField): number {
  if (field.wire === WIRE.varint) return 1
  let count = 0
  for (const byte of field.asBytes()) if (byte < 0x80) count++
  return count
}

function eachVarint(field: ProtoField, take: (high: number, low: number) => void): void {
  if (field.wire !== WIRE.varint) field.expect(WIRE.bytes)
  const reader = field.message.window.at(field.start, field.length)
  const end = reader.pos + field.length
  while (reader.pos < end) {
    const { high, low } = guarded(field, () => reader.int64())
    if (reader.pos > end) throw field.message.corrupt(field.start, 'a packed integer that leaves its field')
    take(high, low)
  }
}

function guarded<T>(field: ProtoField, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new ModelError('CORRUPT_FILE', {
      what: `${field.message.window.source.name} holds a broken integer in the field at byte ${field.start}`,
      cause,
    })
  }
}

/** Payload of fixed-width elements, packed (then of wire type 2) or a single one. */
export function fixedBytes(field: ProtoField, wire: number, width: number): Uint8Array {
  if (field.wire !== wire) field.expect(WIRE.bytes)
  if (field.length % width !== 0)
    throw field.message.corrupt(field.start, `${field.length} bytes of ${width}-byte elements`)
  return field.message.window.source.read(field.start, field.length)
}
