import { DTYPES } from '../dtype.ts'
import { elementCount, type Tensor, tensorOf } from '../tensor.ts'
import type { Kernel } from './call.ts'
import { movedTensor } from './moved-tensor.ts'
import { elementsOf, hasArithmetic, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/** A tensor of one element, repeated. */
const repeated = (element: Tensor, dims: readonly number[]): Tensor | undefined =>
  movedTensor(element, dims, new Int32Array(elementCount(dims)))

const constantOfShape: Kernel = (call) => {
  const [output] = call.outputs
  const fill = call.attribute('value', 'tensor') ?? tensorOf('float32', [1], [0])
  const result = output && repeated(fill, output.dims)
  return result && [result]
}

const range: Kernel = (call) => {
  const [start, , delta] = call.inputs.map((input) => input && elementsOf(input))
  const [output] = call.outputs
  if (!output || !start || !delta) return undefined
  const { dtype, dims } = output
  if (start.kind === 'big' && delta.kind === 'big') {
    const [first, step] = [start.data[0] ?? 0n, delta.data[0] ?? 0n]
    return [tensorOfBigs(dtype, dims, (at) => first + BigInt(at) * step)]
  }
  if (start.kind !== 'number' || delta.kind !== 'number' || DTYPES[dtype].kind === 'float') return undefined
  const [first, step] = [start.data[0] ?? 0, delta.data[0] ?? 0]
  return [tensorOfNumbers(dtype, dims, (at) => first + at * step)]
}

const eyeLike: Kernel = (call) => {
  const [output] = call.outputs
  const [rows, columns] = output?.dims ?? []
  if (!output || rows === undefined || columns === undefined || !hasArithmetic(output.dtype)) return undefined
  const offset = call.int('k', 0)
  return [
    tensorOfNumbers(output.dtype, output.dims, (at) =>
      Number((at % columns) - Math.floor(at / columns) === offset),
    ),
  ]
}

/** Positions of what differs from zero, one row an axis. Of a scalar, what the runtime says is not what the specification says. */
const nonZero: Kernel = (call) => {
  const [input] = call.inputs
  const elements = input && elementsOf(input)
  if (!input || !elements || input.dims.length === 0) return undefined
  const found: number[] = []
  elements.data.forEach((value: number | bigint, at: number) => {
    if (value !== 0 && value !== 0n) found.push(at)
  })
  const rows = input.dims.map((extent, axis) => {
    const stride = input.dims.slice(axis + 1).reduce((product, dim) => product * dim, 1)
    return found.map((at) => Math.floor(at / stride) % extent)
  })
  return [tensorOf('int64', [input.dims.length, found.length], rows.flat())]
}

export const generationKernels: { readonly [op: string]: Kernel } = {
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  NonZero: nonZero,
  Range: range,
}
