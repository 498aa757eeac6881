import { DTYPES, type DType, isFloat } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'
import type { Kernel, OutputType } from './call.ts'
import { elementsOf, hasArithmetic, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/**
 * Cast: floats are cut towards zero on the way to integers, integers wrap, anything but zero is true. Floats that the
 * integer cannot hold (NaN among them) are undefined in C and left to the runtime.
 */
export const castKernel: Kernel = (call) => {
  const [input] = call.inputs
  const [output] = call.outputs
  const result = input && output && casted(input, output)
  return result && [result]
}

function casted(input: Tensor, { dtype, dims }: OutputType): Tensor | undefined {
  const elements = elementsOf(input)
  if (!elements || !hasArithmetic(dtype)) return undefined
  const isWide = DTYPES[dtype].bits === 64 && dtype !== 'float64'
  if (elements.kind === 'big') {
    const { data } = elements
    if (dtype === 'bool') return tensorOfNumbers(dtype, dims, (at) => Number(data[at] !== 0n))
    if (isWide) return tensorOfBigs(dtype, dims, (at) => data[at] ?? 0n)
    if (isFloat(dtype) && data.some((value: bigint) => !isExact(value))) return undefined
    if (isFloat(dtype)) return tensorOfNumbers(dtype, dims, (at) => Number(data[at] ?? 0n))
    const { bits } = DTYPES[dtype]
    return tensorOfNumbers(dtype, dims, (at) => Number(BigInt.asIntN(bits, data[at] ?? 0n)))
  }
  const { data } = elements
  if (dtype === 'bool') return tensorOfNumbers(dtype, dims, (at) => Number(data[at] !== 0))
  if (!isFloat(input.dtype) || isFloat(dtype)) return tensorOfNumbers(dtype, dims, (at) => data[at] ?? 0)
  const [low, high] = rangeOf(dtype)
  for (const value of data) if (!(Math.trunc(value) >= low && Math.trunc(value) <= high)) return undefined
  return tensorOfNumbers(dtype, dims, (at) => Math.trunc(data[at] ?? 0))
}

/** Beyond 2^53 a bigint would be rounded twice on its way to float32. */
const isExact = (value: bigint): boolean => BigInt.asIntN(54, value) === value

/** Whole numbers that an integer dtype holds; of 64 bits those that a double holds exactly are enough. */
function rangeOf(dtype: DType): readonly [low: number, high: number] {
  const { bits, kind } = DTYPES[dtype]
  const width = Math.min(bits, 53)
  return kind === 'uint' ? [0, 2 ** width - 1] : [-(2 ** (width - 1)), 2 ** (width - 1) - 1]
}
