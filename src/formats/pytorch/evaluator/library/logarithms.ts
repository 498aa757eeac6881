/** Bits behind the point of the numbers here: enough that the double nearest to a logarithm is certain. */
const BITS = 140n
const ONE = 1n << BITS

/** 2 · atanh(top / bottom), by its series. */
function twiceAtanh(top: bigint, bottom: bigint): bigint {
  const z = (top << BITS) / bottom
  const square = (z * z) >> BITS
  let [sum, power] = [0n, z]
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n
    power = (power * square) >> BITS
  }
  return 2n * sum
}

const LN2 = twiceAtanh(1n, 3n)

/** log(mantissa · 2^exponent), of a mantissa of any length. */
function fixedLog(mantissa: bigint, exponent: number): bigint {
  const shift = mantissa.toString(2).length - 1
  // Between 1 and 2.
  const scaled = shift <= BITS ? mantissa << (BITS - BigInt(shift)) : mantissa >> (BigInt(shift) - BITS)
  return twiceAtanh(scaled - ONE, scaled + ONE) + BigInt(shift + exponent) * LN2
}

/** Of a positive double: what it is, as an int times a power of two. */
function fixedLogOf(value: number): bigint {
  let [mantissa, exponent] = [value, 0]
  while (mantissa < 2 ** 52) [mantissa, exponent] = [mantissa * 2 ** 26, exponent - 26]
  while (!Number.isSafeInteger(mantissa)) [mantissa, exponent] = [mantissa / 2, exponent + 1]
  return fixedLog(BigInt(mantissa), exponent)
}

/** The double nearest to a number in fixed point: the last bit of its head stands for all that follow. */
function nearestDouble(value: bigint): number {
  const magnitude = value < 0n ? -value : value
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 60))
  const head = magnitude >> excess
  const sticky = head << excess === magnitude ? 0n : 1n
  const double = Number((head << 1n) | sticky) * 2 ** (Number(excess - BITS) - 1)
  return value < 0n ? -double : double
}

/**
 * The natural logarithm, rounded once, as the C library's are in nearly all cases: the engine's own differ from those in
 * the last bit often, and `int(math.log(27, 3))` by one.
 *
 * @param value Positive; an int may be longer than any double.
 */
export function naturalLogarithm(value: number | bigint): number {
  if (typeof value === 'number' && !Number.isFinite(value)) return value
  return nearestDouble(typeof value === 'bigint' ? fixedLog(value, 0) : fixedLogOf(value))
}
