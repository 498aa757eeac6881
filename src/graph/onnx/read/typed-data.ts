import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import { joinBytes } from '../../bytes/join.ts'
import { DTYPES, type DType } from '../../dtype.ts'
import { TENSOR } from '../proto/fields.ts'
import type { TensorProto } from '../proto/messages.ts'
import { type ProtoField, WIRE } from '../wire/message.ts'
import { fixedBytes, varintHalves } from '../wire/numbers.ts'

/** Which field of TensorProto holds elements of a type, and how it lies there. */
const HOLDERS: { readonly [dtype in DType]?: number } = {
  float32: TENSOR.floatData,
  complex64: TENSOR.floatData,
  float64: TENSOR.doubleData,
  complex128: TENSOR.doubleData,
  int64: TENSOR.int64Data,
  uint32: TENSOR.uint64Data,
  uint64: TENSOR.uint64Data,
}

/**
 * Data of the typed fields as little-endian bytes: one packed run of floats is such bytes already and stays in the file;
 * varints are decoded. Types without a field of their own are in `int32_data`, 16-bit floats as bit patterns and
 * 4-bit types as bytes of two.
 */
export function typedData(proto: TensorProto, dtype: DType): ByteSource | Uint8Array {
  const holder = HOLDERS[dtype] ?? TENSOR.int32Data
  const fields = proto.typed.get(holder) ?? []
  if (holder === TENSOR.floatData) return fixedWidth(fields, WIRE.fixed32, 4)
  if (holder === TENSOR.doubleData) return fixedWidth(fields, WIRE.fixed64, 8)
  const halves = varintHalves(fields)
  if (DTYPES[dtype].bits === 64) return bytesOf(halves)
  return narrowed(proto, dtype, halves)
}

function fixedWidth(fields: readonly ProtoField[], wire: number, width: number): ByteSource | Uint8Array {
  const [only, second] = fields
  if (only?.wire === WIRE.bytes && !second) return only.asSource()
  return joinBytes(fields.map((field) => fixedBytes(field, wire, width)))
}

const bytesOf = (array: ArrayBufferView<ArrayBuffer>): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

const ARRAYS = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array } as const

function narrowed(proto: TensorProto, dtype: DType, halves: Int32Array): Uint8Array {
  const bits = DTYPES[dtype].bits === 32 ? 32 : DTYPES[dtype].bits === 16 ? 16 : 8
  const out = new ARRAYS[bits](halves.length / 2)
  const [low, high] = rangeOf(dtype, bits)
  for (let i = 0; i < out.length; i++) {
    const value = (halves[2 * i + 1] ?? 0) * 2 ** 32 + ((halves[2 * i] ?? 0) >>> 0)
    if (value < low || value > high)
      throw new ModelError('CORRUPT_FILE', { what: `Tensor ${proto.name} of ${dtype} holds ${value}` })
    out[i] = value
  }
  return bytesOf(out)
}

/** Bit patterns (16-bit floats, packed nibbles) may be written signed or unsigned. */
function rangeOf(dtype: DType, bits: number): readonly [low: number, high: number] {
  const { kind } = DTYPES[dtype]
  const pattern = kind === 'float' || DTYPES[dtype].bits === 4
  const low = kind === 'int' || pattern ? -(2 ** (bits - 1)) : 0
  const high = kind === 'int' && !pattern ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  return [low, kind === 'bool' ? 1 : high]
}
