import { DTYPES, type DType, isFloat } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'
import type { Kernel, KernelCall } from './call.ts'
import { broadcastMap } from './index-maps.ts'
import { type Elements, elementsOf, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/** How two elements combine: as numbers, and as bigints for 64-bit integers; undefined leaves the whole call alone. */
export interface Rule {
  readonly float?: (a: number, b: number) => number
  readonly int?: (a: number, b: number) => number | undefined
  readonly big?: (a: bigint, b: bigint) => bigint | undefined
}

/** A kernel that folds its inputs, two at a time, broadcast. */
export const folding =
  (rule: Rule): Kernel =>
  (call) => {
    const [output] = call.outputs
    const [first, ...others] = call.present
    if (!output || !first) return undefined
    let sum: Tensor | undefined = expanded(first, output.dims)
    for (const other of others) {
      const broadcast = expanded(other, output.dims)
      sum = sum && broadcast && combined(sum, broadcast, output.dtype, rule)
    }
    return sum && [sum]
  }

/** Kernel of two operands to a bool. */
export const comparing = (compare: (a: number | bigint, b: number | bigint) => boolean): Kernel =>
  folding({
    float: (a, b) => Number(compare(a, b)),
    int: (a, b) => Number(compare(a, b)),
    big: (a, b) => BigInt(compare(a, b)),
  })

function combined(a: Tensor, b: Tensor, dtype: DType, rule: Rule): Tensor | undefined {
  const [left, right] = [elementsOf(a), elementsOf(b)]
  if (left?.kind === 'big' && right?.kind === 'big')
    return combinedBigs(left.data, right.data, { a, dtype, rule })
  if (left?.kind !== 'number' || right?.kind !== 'number') return undefined
  const operate = isFloat(a.dtype) ? rule.float : rule.int
  if (!operate) return undefined
  let failed = false
  const result = tensorOfNumbers(dtype, a.dims, (at) => {
    const value = operate(left.data[at] ?? 0, right.data[at] ?? 0)
    if (value === undefined) failed = true
    return value ?? 0
  })
  return failed ? undefined : result
}

interface Target {
  readonly a: Tensor
  readonly dtype: DType
  readonly rule: Rule
}

function combinedBigs(
  left: ArrayLike<bigint>,
  right: ArrayLike<bigint>,
  { a, dtype, rule: { big } }: Target,
): Tensor | undefined {
  if (!big) return undefined
  let failed = false
  const at = (index: number): bigint => {
    const value = big(left[index] ?? 0n, right[index] ?? 0n)
    if (value === undefined) failed = true
    return value ?? 0n
  }
  const isWide = DTYPES[dtype].bits === 64 && dtype !== 'float64'
  const result = isWide
    ? tensorOfBigs(dtype, a.dims, at)
    : tensorOfNumbers(dtype, a.dims, (i) => Number(at(i)))
  return failed ? undefined : result
}

/** The tensor repeated to dims, by value. */
export function expanded(tensor: Tensor, dims: readonly number[]): Tensor | undefined {
  const same = tensor.dims.length === dims.length && tensor.dims.every((dim, axis) => dim === dims[axis])
  if (same) return tensor
  const elements = elementsOf(tensor)
  if (!elements) return undefined
  return pickedElements(tensor.dtype, dims, elements, broadcastMap(tensor.dims, dims))
}

function pickedElements(dtype: DType, dims: readonly number[], elements: Elements, map: Int32Array): Tensor {
  if (elements.kind === 'big') return tensorOfBigs(dtype, dims, (at) => elements.data[map[at] ?? 0] ?? 0n)
  return tensorOfNumbers(dtype, dims, (at) => elements.data[map[at] ?? 0] ?? 0)
}

/** How one element changes. */
export interface UnaryRule {
  readonly float?: (x: number) => number
  readonly int?: (x: number) => number
  readonly big?: (x: bigint) => bigint
}

/** A kernel of one input, element by element. */
export const mapping =
  (rule: UnaryRule): Kernel =>
  (call: KernelCall) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const elements = input && elementsOf(input)
    if (!input || !output || !elements) return undefined
    if (elements.kind === 'big') {
      const { big } = rule
      return big && [tensorOfBigs(output.dtype, output.dims, (at) => big(elements.data[at] ?? 0n))]
    }
    const operate = isFloat(input.dtype) ? rule.float : rule.int
    return operate && [tensorOfNumbers(output.dtype, output.dims, (at) => operate(elements.data[at] ?? 0))]
  }
