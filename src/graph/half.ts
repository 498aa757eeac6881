/** float16 (IEEE 754 binary16) and bfloat16 bit patterns to and from numbers, rounding to nearest even. */

const f32 = new Float32Array(1)
const u32 = new Uint32Array(f32.buffer)

export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Values beyond 65504 become infinity, as a cast does; a caller that wants to saturate clamps first. */
export function numberToFloat16(value: number): number {
  f32[0] = value
  const x = u32[0] ?? 0
  const sign = (x >>> 16) & 0x8000
  const magnitude = x & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x47800000) return sign | 0x7c00
  if (magnitude < 0x38800000) return sign | roundSubnormal(magnitude)
  // Rebias the exponent (127 → 15) and round the 13 dropped bits to nearest even; a carry may reach infinity, rightly.
  const rebased = magnitude - 0x38000000
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13)
}

function roundSubnormal(magnitude: number): number {
  u32[0] = magnitude
  const scaled = (f32[0] ?? 0) * 2 ** 24
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0)
}

export function bfloat16ToNumber(bits: number): number {
  u32[0] = bits << 16
  return f32[0] ?? 0
}

export function numberToBfloat16(value: number): number {
  f32[0] = value
  const x = u32[0] ?? 0
  if ((x & 0x7fffffff) > 0x7f800000) return (x >>> 16) | 0x40
  return ((x + 0x7fff + ((x >>> 16) & 1)) >>> 16) & 0xffff
}

/** The same numbers as float32; exact, since both formats are subsets of it. */
export function widenToFloat32(dtype: 'float16' | 'bfloat16', bits: Uint16Array): Float32Array {
  const widen = dtype === 'float16' ? float16ToNumber : bfloat16ToNumber
  const out = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) out[i] = widen(bits[i] ?? 0)
  return out
}
