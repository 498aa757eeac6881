import { isFloat } from '../dtype.ts'
import { elementCount } from '../tensor.ts'
import type { Kernel } from './call.ts'
import { broadcastMap } from './index-maps.ts'
import { elementsOf, tensorOfNumbers } from './numbers.ts'

/** numpy.matmul of floats: products are summed in double and rounded once. */
export const matMulKernel: Kernel = (call) => {
  const [a, b] = call.inputs
  const [output] = call.outputs
  const [left, right] = [a && elementsOf(a), b && elementsOf(b)]
  if (!a || !b || !output || left?.kind !== 'number' || right?.kind !== 'number' || !isFloat(a.dtype))
    return undefined
  const leftDims = a.dims.length === 1 ? [1, ...a.dims] : a.dims
  const rightDims = b.dims.length === 1 ? [...b.dims, 1] : b.dims
  const [rows = 1, depth = 1] = leftDims.slice(-2)
  const columns = rightDims.at(-1) ?? 1
  const batch = output.dims.slice(
    0,
    output.dims.length - (a.dims.length > 1 ? 1 : 0) - (b.dims.length > 1 ? 1 : 0),
  )
  const leftStarts = broadcastMap(leftDims.slice(0, -2), batch)
  const rightStarts = broadcastMap(rightDims.slice(0, -2), batch)
  const plane = elementCount([rows, columns])
  return [
    tensorOfNumbers(output.dtype, output.dims, (at) => {
      const group = Math.floor(at / plane)
      const [row, column] = [Math.floor((at % plane) / columns), at % columns]
      const from = (leftStarts[group] ?? 0) * rows * depth + row * depth
      const along = (rightStarts[group] ?? 0) * depth * columns + column
      let sum = 0
      for (let k = 0; k < depth; k++)
        sum += (left.data[from + k] ?? 0) * (right.data[along + k * columns] ?? 0)
      return sum
    }),
  ]
}
