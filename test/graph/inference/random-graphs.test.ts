import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  type Builder,
  composites,
  type Dim,
  mul,
  evaluate as sizeUnder,
  tensorOf,
  type Value,
} from '../../../src/graph/index.ts'
import { evaluate } from '../../support/evaluate.ts'

/** What a step may look at: the values so far, the sizes of this run, and numbers to choose by. */
interface Step {
  readonly b: Builder
  readonly x: Value
  readonly other: Value
  readonly size: (dim: Dim) => number
  readonly pick: (limit: number) => number
}

const weights = (b: Builder, dims: readonly number[]): Value =>
  b.constant(
    tensorOf(
      'float32',
      dims,
      Float32Array.from({ length: dims.reduce((a, c) => a * c, 1) }, (_, i) => (i % 7) - 3),
    ),
  )

/** Steps that fit the value they are given, or undefined. */
const STEPS: readonly ((step: Step) => Value | undefined)[] = [
  ({ b, x }) => b.relu(x),
  ({ b, x, pick }) => (x.rank > 1 ? composites.swapAxes(b, x, pick(x.rank), pick(x.rank)) : undefined),
  ({ b, x, other, size }) => {
    const fits = [...x.dims].reverse().every((dim, at) => {
      const opposite = other.dims.at(-1 - at)
      return opposite === undefined || size(opposite) === size(dim) || size(opposite) === 1 || size(dim) === 1
    })
    return fits ? b.add(x, other) : undefined
  },
  ({ b, x, other, pick }) => {
    const axis = x.rank > 0 ? pick(x.rank) : 0
    const fits =
      x.rank > 0 && x.rank === other.rank && x.dims.every((dim, at) => at === axis || dim === other.dims[at])
    return fits ? b.concat([x, other], { axis }) : undefined
  },
  ({ b, x, size, pick }) => {
    if (x.rank === 0) return undefined
    const axis = pick(x.rank)
    const extent = size(x.dims[axis] ?? 1)
    const start = pick(extent) - (pick(2) === 1 ? extent : 0)
    return composites.slice(b, x, axis, { start, step: pick(3) + 1 })
  },
  ({ b, x, pick }) => (x.rank > 0 ? composites.flip(b, x, [pick(x.rank)]) : undefined),
  ({ b, x, pick }) => (x.rank > 0 ? composites.roll(b, x, pick(x.rank), pick(9) - 4) : undefined),
  ({ b, x, pick }) =>
    x.rank > 0 ? b.reduceMax(x, { axes: b.int64s([pick(x.rank)]), keepdims: pick(2) }) : undefined,
  ({ b, x, pick }) => (x.rank < 5 ? composites.unsqueeze(b, x, [pick(x.rank + 1)]) : undefined),
  ({ b, x, pick }) => {
    if (x.rank < 2) return undefined
    const start = pick(x.rank - 1)
    return composites.flattenAxes(b, x, start, start + 1)
  },
  ({ b, x }) => composites.reshapeTo(b, x, [...x.dims].reverse()),
  ({ b, x }) => composites.reshapeTo(b, x, [x.dims.reduce<Dim>(mul, 1)]),
  ({ b, x, pick }) =>
    x.rank > 0 ? composites.padAxes(b, x, new Map([[pick(x.rank), [pick(3), pick(3)]]])) : undefined,
  ({ b, x, pick }) =>
    x.rank > 0
      ? composites.tile(
          b,
          x,
          x.dims.map(() => 1 + pick(2)),
        )
      : undefined,
  ({ b, x, pick }) => {
    if (x.rank === 0) return undefined
    const axis = pick(x.rank)
    return b.gather(x, b.int64s([0, -1, 0]), { axis })
  },
  ({ b, x, size, pick }) => {
    const spatial = x.dims.slice(2).map(size)
    if (spatial.length < 1 || spatial.length > 2 || spatial.some((extent) => extent < 3)) return undefined
    const kernel = spatial.map(() => 2 + pick(2))
    const strides = spatial.map(() => 1 + pick(2))
    const options = { kernel, strides, padding: spatial.map(() => pick(2)), ceil: pick(2) === 1 }
    return pick(2) === 1 ? composites.maxPool(b, x, options) : composites.averagePool(b, x, options)
  },
  ({ b, x, size, pick }) => {
    const channels = x.dims[1]
    const spatial = x.dims.slice(2).map(size)
    if (
      typeof channels !== 'number' ||
      spatial.length < 1 ||
      spatial.length > 2 ||
      spatial.some((extent) => extent < 3)
    )
      return undefined
    const w = weights(b, [2, channels, ...spatial.map(() => 2)])
    return b.conv(x, w, {
      strides: spatial.map(() => 1 + pick(2)),
      pads: [...spatial, ...spatial].map(() => pick(2)),
    })
  },
  ({ b, x, pick }) => {
    const spatial = x.dims.slice(2)
    if (spatial.length < 1 || spatial.length > 2) return undefined
    const scales = spatial.map(() => [0.5, 1, 2, 1.5][pick(4)] ?? 1)
    return composites.resize(b, x, { scales }, { mode: 'nearest', coordinates: 'asymmetric' })
  },
  ({ b, x }) => b.cast(b.shape(x), { to: 1 }),
  ({ b, x, pick }) => {
    const at = pick(Math.max(x.rank, 1))
    const extent = x.dims[at]
    return extent === undefined ? undefined : composites.expandTo(b, b.scalar('float32', 1), [extent, 2])
  },
  ({ b, x }) =>
    x.rank > 0 && x.rank < 4
      ? b.matMul(x, composites.swapAxes(b, x.rank === 1 ? composites.unsqueeze(b, x, [0]) : x, -1, -2))
      : undefined,
]

const program = fc.record({
  dims: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }),
  dynamic: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  steps: fc.array(
    fc.record({
      step: fc.nat(STEPS.length - 1),
      on: fc.nat(7),
      other: fc.nat(7),
      choices: fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 7 },
  ),
})

/** More with RANDOM_GRAPHS=2000; other ones with RANDOM_SEED. */
const RUNS = Number(process.env['RANDOM_GRAPHS'] ?? 60)
const SEED = Number(process.env['RANDOM_SEED'] ?? 5)

/** Larger results would only make the run slow. */
const ELEMENT_LIMIT = 4096

describe('inference on random graphs', () => {
  it('gives the dims and the integers that a run gives', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ dims, dynamic, steps }) => {
        const axes = dims.map((_, axis) => axis).filter((axis) => dynamic[axis])
        const bindings = new Map(axes.map((axis) => [`x0_${axis}`, dims[axis] ?? 1]))
        const size = (dim: Dim) => sizeUnder(dim, bindings) ?? Number.NaN
        const count = dims.reduce((a, c) => a * c, 1)
        const data = Array.from({ length: count }, (_, i) => (i % 11) - 5)
        await evaluate(
          (b, inputs) => {
            const values = inputs.flatMap((input) => [input, b.relu(input)])
            for (const { step, on, other, choices } of steps) {
              const [x, second] = [values[on % values.length], values[other % values.length]]
              if (!x || !second) continue
              let at = 0
              const pick = (limit: number) => (choices[at++ % choices.length] ?? 0) % limit
              const result = STEPS[step]?.({ b, x, other: second, size, pick })
              const elements = result?.dims.reduce<number>((product, dim) => product * size(dim), 1) ?? 0
              if (result && elements > 0 && elements <= ELEMENT_LIMIT) values.push(result)
            }
            return values.slice(1)
          },
          [{ dtype: 'float32', dims, data }],
          { symbolic: [axes] },
        )
      }),
      { numRuns: RUNS, seed: SEED },
    )
  }, 600_000)
})
