import { rowMajorStrides } from '../bytes/index.ts'
import { isFloat } from '../dtype.ts'
import { elementCount } from '../tensor.ts'
import type { Kernel } from './call.ts'
import { mapping } from './elementwise.ts'
import { elementsOf, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/** Running sums along an axis. Those of floats run in double, and each is rounded once. */
const cumSum: Kernel = (call) => {
  const [input] = call.inputs
  const [output] = call.outputs
  const elements = input && elementsOf(input)
  const given = call.integers(1)?.[0]
  if (!input || !output || !elements || given === undefined) return undefined
  const { dims } = input
  const axis = given < 0 ? given + dims.length : given
  const [stride, size] = [rowMajorStrides(dims)[axis] ?? 1, dims[axis] ?? 1]
  const [isExclusive, isReverse] = [call.int('exclusive', 0) !== 0, call.int('reverse', 0) !== 0]
  /** The elements, in the order in which they are added up, each with whether a sum starts with it. */
  const order = Int32Array.from({ length: elementCount(dims) }, (_, at) => {
    const place = at % size
    const line = Math.floor(at / size)
    const start = Math.floor(line / stride) * stride * size + (line % stride)
    return start + (isReverse ? size - 1 - place : place) * stride
  })
  if (elements.kind === 'big') {
    const sums = new BigInt64Array(order.length)
    let sum = 0n
    for (const [at, position] of order.entries()) {
      const element = elements.data[position] ?? 0n
      if (at % size === 0) sum = 0n
      sums[position] = isExclusive ? sum : sum + element
      sum += element
    }
    return [tensorOfBigs(output.dtype, output.dims, (at) => sums[at] ?? 0n)]
  }
  const sums = new Float64Array(order.length)
  let sum = 0
  for (const [at, position] of order.entries()) {
    const element = elements.data[position] ?? 0
    if (at % size === 0) sum = 0
    sums[position] = isExclusive ? sum : sum + element
    sum += element
  }
  return [tensorOfNumbers(output.dtype, output.dims, (at) => sums[at] ?? 0)]
}

/** NaN stays; where the bounds cross, the upper one holds. */
const clip: Kernel = (call) => {
  const [input, low, high] = call.inputs
  if (!input) return undefined
  const [least, most] = [low && elementsOf(low), high && elementsOf(high)]
  if ((low && !least) || (high && !most)) return undefined
  if (least?.kind === 'big' || most?.kind === 'big') {
    const [min, max] = [least?.data[0], most?.data[0]].map((bound) =>
      bound === undefined ? undefined : BigInt(bound),
    )
    const raised = (x: bigint): bigint => (min !== undefined && x < min ? min : x)
    const big = (x: bigint): bigint => (max !== undefined && raised(x) > max ? max : raised(x))
    return mapping({ big })(call)
  }
  const [min, max] = [least?.data[0], most?.data[0]]
  const raised = (x: number): number => (min !== undefined && x < min ? min : x)
  const number = (x: number): number => (max !== undefined && raised(x) > max ? max : raised(x))
  return mapping(isFloat(input.dtype) ? { float: number } : { int: number, big: (x) => x })(call)
}

export const accumulationKernels: { readonly [op: string]: Kernel } = { Clip: clip, CumSum: cumSum }
