import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { WEIGHTS } from '../../../src/rewrite/passes/weights/index.ts'
import { Random } from '../../../src/validate/random.ts'
import { positive, weights } from '../small-models.ts'
import { networkOf, operatorsAfter } from './networks.ts'

const CHANNELS = 4
const LENGTH = 10
const SEEDS = 30

/** One step of a chain over images [N, 4, h, w]; `at` makes its constants its own. */
type Step = (b: Builder, x: Value, at: number) => Value

const constant = (b: Builder, dims: number[], seed: number): Value => b.constant(weights(dims, seed + 1))
const apart = (b: Builder, seed: number): Value => b.constant(positive(1, seed + 1))
const conv =
  (pad: number, group: number): Step =>
  (b, x, at) =>
    b.conv(x, constant(b, [CHANNELS, CHANNELS / group, 3, 3], at), { group, pads: [pad, pad, pad, pad] })

const STEPS: readonly Step[] = [
  conv(1, 1),
  conv(1, 2),
  conv(1, CHANNELS),
  (b, x, at) => b.convTranspose(x, constant(b, [CHANNELS, 2, 1, 1], at), { group: 2 }),
  (b, x, at) => conv(0, 1)(b, b.pad(x, b.int64s([0, 0, 1, 1, 0, 0, 1, 1])), at),
  (b, x, at) => b.mul(x, constant(b, [CHANNELS, 1, 1], at)),
  (b, x, at) => b.mul(constant(b, [1, CHANNELS, 1, 1], at), x),
  (b, x, at) => b.mul(x, constant(b, [1, 1, 5], at)),
  (b, x, at) => b.div(x, apart(b, at)),
  (b, x, at) => b.add(x, constant(b, [CHANNELS, 1, 1], at)),
  (b, x, at) => b.sub(constant(b, [], at), x),
  (b, x) => b.neg(x),
  (b, x) => b.relu(x),
  (b, x, at) => b.max([x, constant(b, [], at)]),
  (b, x) => b.clip(x, { min: b.scalar('float32', -0.5), max: b.scalar('float32', 2) }),
  (b, x) => b.maxPool(b.pad(b.relu(x), b.int64s([0, 0, 1, 1, 0, 0, 1, 1])), { kernel_shape: [3, 3] }),
  (b, x) => b.transpose(x, { perm: [0, 1, 3, 2] }),
  (b, x, at) => b.add(x, b.mul(x, constant(b, [CHANNELS, 1, 1], at))),
  (b, x, at) => {
    const [scale, variance] = [positive(CHANNELS, at), positive(CHANNELS, at + 1)].map((t) => b.constant(t))
    const vector = (seed: number): Value => constant(b, [CHANNELS], seed)
    return scale && variance ? b.batchNormalization(x, scale, vector(at + 2), vector(at + 3), variance) : x
  },
]

describe('chains of layers and constants', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'compute the same once merged, seed %i',
    async (seed) => {
      const random = new Random(seed + 1)
      const model = networkOf(['N', CHANNELS, 5, 5], (b, x) => {
        let y = x
        for (let at = 0; at < LENGTH; at++) {
          const step = STEPS[random.below(STEPS.length)]
          y = step?.(b, y, 10 * at + seed) ?? y
        }
        return y
      })
      const left = await operatorsAfter(WEIGHTS, model, 1e-5)
      expect(left.length).toBeLessThanOrEqual(model.graph.nodeCount)
    },
  )
})
