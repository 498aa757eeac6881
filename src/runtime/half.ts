/** float16 (IEEE 754 binary16) bit patterns to and from float32, whole arrays at a time. */

const scratch = new Float32Array(1)
const bitsOf = new Uint32Array(scratch.buffer)

/** Exact: every float16 is a float32. */
export function widenHalf(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i] ?? 0
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction
            ? Number.NaN
            : Number.POSITIVE_INFINITY
          : (1024 + fraction) * 2 ** (exponent - 25)
    out[i] = half & 0x8000 ? -magnitude : magnitude
  }
  return out
}

/** Rounds to nearest even, as a cast in the model would; beyond 65504 becomes infinity. */
export function narrowToHalf(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = halfBits(values[i] ?? 0)
  return out
}

function halfBits(value: number): number {
  scratch[0] = value
  const float = bitsOf[0] ?? 0
  const sign = (float >>> 16) & 0x8000
  const magnitude = float & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x47800000) return sign | 0x7c00
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(value) * 2 ** 24)
  // Rebias the exponent (127 to 15), then drop 13 bits to nearest even; a carry may reach infinity, rightly.
  const rebased = magnitude - 0x38000000
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13)
}

function roundToEven(scaled: number): number {
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  return floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0)
}
