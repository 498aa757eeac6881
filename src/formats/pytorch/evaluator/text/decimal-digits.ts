/** The exact value of a double that is not negative, as a fraction. */
function fractionOf(value: number): readonly [numerator: bigint, denominator: bigint] {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const word = bits.getBigUint64(0)
  const exponent = Number((word >> 52n) & 0x7ffn)
  const mantissa = word & 0xfffffffffffffn
  const scale = Math.max(exponent, 1) - 1075
  const whole = exponent === 0 ? mantissa : mantissa | (1n << 52n)
  return scale >= 0 ? [whole << BigInt(scale), 1n] : [whole, 1n << BigInt(-scale)]
}

function halfToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = 2n * (numerator % denominator)
  return twice > denominator || (twice === denominator && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

/** Digits behind the point, rounded half to even from the exact value: 2.5 gives `2`, 0.125 gives `0.12`. */
export function fixedText(value: number, digits: number): string {
  const [numerator, denominator] = fractionOf(value)
  const shown = String(halfToEven(numerator * 10n ** BigInt(digits), denominator)).padStart(digits + 1, '0')
  return digits === 0 ? shown : `${shown.slice(0, -digits)}.${shown.slice(-digits)}`
}

/** The leading `count` digits, rounded likewise, and the power of ten of the first. */
export function leadingDigits(value: number, count: number): readonly [digits: string, exponent: number] {
  if (value === 0) return ['0'.repeat(count), 0]
  const [numerator, denominator] = fractionOf(value)
  // The shortest spelling may have rounded up to the next power of ten, and rounding to `count` digits may too.
  let exponent = Number(value.toExponential().split('e')[1]) - 1
  for (;;) {
    const shift = count - 1 - exponent
    const digits = String(
      shift >= 0
        ? halfToEven(numerator * 10n ** BigInt(shift), denominator)
        : halfToEven(numerator, denominator * 10n ** BigInt(-shift)),
    )
    if (digits.length === count) return [digits, exponent]
    exponent++
  }
}
