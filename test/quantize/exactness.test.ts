import { describe, expect, it } from 'vitest'
import { elementCount, type Tensor, tensorData, tensorOf } from '../../src/graph/index.ts'
import { OutputComparison } from '../../src/validate/index.ts'
import { constantNamed, modelOf, noise, quantized, run } from './toy-models.ts'

/**
 * Whole numbers from −100 to 155, both reached: DynamicQuantizeLinear then has scale 1 and zero point 100, and every
 * activation is exact.
 */
const wholeNumbers = (dims: readonly number[]): Tensor =>
  tensorOf(
    'float32',
    dims,
    Array.from({ length: elementCount(dims) }, (_, index) => ((index * 37) % 256) - 100),
  )

const numbers = (tensor: Tensor): number[] => Array.from(tensorData(tensor), Number)

describe('integer forms compute what plain arithmetic on the int8 weights gives', () => {
  it('MatMul and bias', async () => {
    const [rows, inner, columns] = [32, 256, 64]
    const bias = noise([columns], 2)
    const float = modelOf([1, rows, inner], (b, x) =>
      b.add(b.matMul(x, b.constant(noise([inner, columns]), 'w')), b.constant(bias)),
    )
    const { model } = quantized(float, 'int8')
    const x = wholeNumbers([1, rows, inner])
    const expected = product(numbers(x), numbers(constantNamed(model, 'w.int8')), [rows, inner, columns])
      .map((sum, index) => sum * (numbers(constantNamed(model, 'w.scale'))[index % columns] ?? 0))
      .map((value, index) => value + (numbers(bias)[index % columns] ?? 0))
    expectNear((await run(model, x)).y.data, expected)
  })

  it('Gemm with both inputs transposed, alpha and beta', async () => {
    const [rows, inner, columns] = [32, 256, 64]
    const bias = noise([columns], 2)
    const float = modelOf([inner, rows], (b, x) =>
      b.gemm(x, b.constant(noise([columns, inner]), 'w'), {
        C: b.constant(bias),
        alpha: 0.25,
        beta: -2,
        transA: 1,
        transB: 1,
      }),
    )
    const { model } = quantized(float, 'int8')
    const x = wholeNumbers([inner, rows])
    const a = transposedOf(numbers(x), inner, rows)
    const expected = product(a, numbers(constantNamed(model, 'w.int8-transposed')), [rows, inner, columns])
      .map((sum, index) => sum * (numbers(constantNamed(model, 'w.scale'))[index % columns] ?? 0))
      .map((value, index) => value - 2 * (numbers(bias)[index % columns] ?? 0))
    expectNear((await run(model, x)).y.data, expected)
  })

  it('a stack of matrices, each with its own scales', async () => {
    const float = modelOf([2, 16, 128], (b, x) => b.matMul(x, b.constant(noise([2, 128, 32]), 'w')))
    const { model } = quantized(float, 'int8-dynamic')
    const x = wholeNumbers([2, 16, 128])
    const [w, scales] = [numbers(constantNamed(model, 'w.int8')), numbers(constantNamed(model, 'w.scale'))]
    const expected = [0, 1].flatMap((batch) =>
      product(
        numbers(x).slice(batch * 2048, (batch + 1) * 2048),
        w.slice(batch * 4096, (batch + 1) * 4096),
        [16, 128, 32],
      ).map((sum, index) => sum * (scales[batch * 32 + (index % 32)] ?? 0)),
    )
    expectNear((await run(model, x)).y.data, expected)
  })

  it.each([
    { name: 'plain', strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 },
    {
      name: 'strided, dilated, unevenly padded',
      strides: [2, 1],
      dilations: [1, 2],
      pads: [1, 0, 2, 3],
      group: 1,
    },
    { name: 'in groups', strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1], group: 4 },
  ])('Conv, $name', async ({ strides, dilations, pads, group }) => {
    const bias = noise([8], 2)
    const float = modelOf([1, 16, 9, 10], (b, x) =>
      b.conv(x, b.constant(noise([8, 16 / group, 3, 3]), 'w'), {
        B: b.constant(bias),
        strides,
        dilations,
        pads,
        group,
      }),
    )
    const { model } = quantized(float, 'int8-dynamic')
    const x = wholeNumbers([1, 16, 9, 10])
    const weights = numbers(constantNamed(model, 'w.uint8')).map((value) => value - 128)
    const { y } = await run(model, x)
    const positions = elementCount(y.dims.slice(2))
    const expected = convolution(numbers(x), weights, { strides, dilations, pads, group }, y.dims).map(
      (sum, index) => {
        const channel = Math.floor(index / positions)
        return sum * (numbers(constantNamed(model, 'w.scale'))[channel] ?? 0) + (numbers(bias)[channel] ?? 0)
      },
    )
    expectNear(y.data, expected)
  })
})

describe('the loss of quantisation', () => {
  it.each([
    ['int8', 34],
    ['int8-weights', 38],
    ['fp16', 66],
  ] as const)('%s keeps %d dB of a two-layer network', async (scheme, decibels) => {
    const float = modelOf([1, 64, 256], (b, x) => {
      const hidden = b.relu(b.matMul(x, b.constant(noise([256, 512], 1))))
      return b.matMul(hidden, b.constant(noise([512, 64], 2)))
    })
    const x = noise([1, 64, 256], 9)
    const comparison = new OutputComparison('y')
    comparison.add((await run(float, x)).y, (await run(quantized(float, scheme).model, x)).y)
    expect(comparison.metrics.sqnrDb).toBeGreaterThan(decibels)
  })
})

/** float32 accumulates rounding in scales and bias only: sums of integers are exact. */
function expectNear(actual: ArrayLike<unknown>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  const scale = Math.max(...expected.map(Math.abs))
  const worst = expected.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - Number(actual[index]))),
    0,
  )
  expect(worst / scale).toBeLessThan(1e-6)
}

function product(
  a: readonly number[],
  b: readonly number[],
  [rows, inner, columns]: readonly [number, number, number],
) {
  return Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns]
    let sum = 0
    for (let k = 0; k < inner; k++) sum += (a[row * inner + k] ?? 0) * (b[k * columns + column] ?? 0)
    return sum
  })
}

const transposedOf = (values: readonly number[], rows: number, columns: number): number[] =>
  values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? 0)

interface Geometry {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
  readonly group: number
}

/** A 3x3 convolution of a [1, 16, 9, 10] image, by definition. */
function convolution(
  x: readonly number[],
  w: readonly number[],
  { strides: [down = 1, right = 1], dilations: [dy = 1, dx = 1], pads: [top = 0, left = 0], group }: Geometry,
  dims: readonly number[],
): number[] {
  const [, features = 1, height = 1, width = 1] = dims
  const depth = 16 / group
  return Array.from({ length: features * height * width }, (_, index) => {
    const feature = Math.floor(index / (height * width))
    const first = Math.floor(feature / (features / group)) * depth
    const [i, j] = [Math.floor(index / width) % height, index % width]
    let sum = 0
    for (let tap = 0; tap < depth * 9; tap++) {
      const [channel, u, v] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3]
      const [row, column] = [i * down + u * dy - top, j * right + v * dx - left]
      if (row < 0 || row >= 9 || column < 0 || column >= 10) continue
      sum += (x[((first + channel) * 9 + row) * 10 + column] ?? 0) * (w[feature * depth * 9 + tap] ?? 0)
    }
    return sum
  })
}
