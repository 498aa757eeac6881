import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  Model,
  tensorOf,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { seededFloats } from '../../support/run-model.ts'
import { rewritten } from '../rewritten.ts'
import { operators, weights } from '../small-models.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'
import { expectSameSpecials } from './special-values.ts'

type Case = readonly [string, (b: Builder, x: Value) => Value, readonly string[]]

const of = (b: Builder, value: number) => b.scalar('float32', value)
const vector = (b: Builder, numbers: readonly number[]) => b.constant(tensorOf('float32', [8], numbers))
const slopes = (b: Builder) => vector(b, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
/** Some of them negative, as training makes them. */
const anySlopes = (b: Builder) => vector(b, [0.1, -0.2, 0, 1.5, -3, 0.25, 0.7, -0.01])

const SPELLINGS: readonly Case[] = [
  ['max(x, a·x)', (b, x) => b.max([x, b.mul(x, of(b, 0.2))]), ['LeakyRelu']],
  ['max(a·x, x), as Keras writes it', (b, x) => b.max([b.mul(of(b, 0.3), x), x]), ['LeakyRelu']],
  ['max(x/5, x)', (b, x) => b.max([b.div(x, of(b, 5)), x]), ['LeakyRelu']],
  ['max(x, a·x), a slope a channel', (b, x) => b.max([x, b.mul(x, slopes(b))]), ['PRelu']],
  [
    'max(x, a·x), equal slopes a channel',
    (b, x) => b.max([x, b.mul(x, vector(b, Array(8).fill(0.125)))]),
    ['LeakyRelu'],
  ],
  [
    'x > 0 ? x : a·x, as torch decomposes leaky_relu',
    (b, x) => b.where(b.greater(x, of(b, 0)), x, b.mul(x, of(b, 0.01))),
    ['LeakyRelu'],
  ],
  [
    'x ≥ 0 ? x : a·x, as JAX writes it, the slope negative',
    (b, x) => b.where(b.greaterOrEqual(x, of(b, 0)), x, b.mul(x, of(b, -0.5))),
    ['LeakyRelu'],
  ],
  ['x < 0 ? 2·x : x', (b, x) => b.where(b.less(x, of(b, 0)), b.mul(of(b, 2), x), x), ['LeakyRelu']],
  [
    '0 ≥ x ? a·x : x',
    (b, x) => b.where(b.greaterOrEqual(of(b, 0), x), b.mul(of(b, 0.1), x), x),
    ['LeakyRelu'],
  ],
  [
    'not (x > 0) ? a·x : x',
    (b, x) => b.where(b.not(b.greater(x, of(b, 0))), b.mul(of(b, 0.1), x), x),
    ['LeakyRelu'],
  ],
  [
    'x > 0 ? x : a·x, any slopes, as torch decomposes prelu',
    (b, x) => b.where(b.greater(x, of(b, 0)), x, b.mul(anySlopes(b), x)),
    ['PRelu'],
  ],
  [
    'x > 0 ? x : −a·(−x)',
    (b, x) => b.where(b.greater(x, of(b, 0)), x, b.neg(b.mul(anySlopes(b), b.neg(x)))),
    ['PRelu'],
  ],
  [
    'relu(x) − a·relu(−x), the same slope throughout',
    (b, x) => b.sub(b.relu(x), b.mul(of(b, 0.1), b.relu(b.neg(x)))),
    ['LeakyRelu'],
  ],
  [
    'relu(x) + (−a)·relu(−x), as Keras writes PReLU',
    (b, x) => b.add(b.relu(x), b.mul(b.neg(anySlopes(b)), b.relu(b.neg(x)))),
    ['PRelu'],
  ],
  [
    'relu(x) + a·(−relu(−x))',
    (b, x) => b.add(b.mul(anySlopes(b), b.neg(b.relu(b.neg(x)))), b.relu(x)),
    ['PRelu'],
  ],
  [
    'relu(x) − a·relu(−1·x)',
    (b, x) => b.sub(b.relu(x), b.mul(b.relu(b.mul(x, of(b, -1))), slopes(b))),
    ['PRelu'],
  ],
  ['relu(x) + a·min(x, 0)', (b, x) => b.add(b.relu(x), b.mul(b.min([of(b, 0), x]), slopes(b))), ['PRelu']],
  [
    '−a·relu(x) + relu(−x), the other way round',
    (b, x) => b.sub(b.relu(b.neg(x)), b.mul(b.relu(x), slopes(b))),
    ['Neg', 'PRelu'],
  ],
]

const LEFT: readonly Case[] = [
  ['max(x, 2·x), which is steeper above zero', (b, x) => b.max([x, b.mul(x, of(b, 2))]), ['Mul', 'Max']],
  ['max(x, 0·x), NaN of an infinity', (b, x) => b.max([x, b.mul(x, of(b, 0))]), ['Mul', 'Max']],
  ['max(x, −x)', (b, x) => b.max([x, b.neg(x)]), ['Neg', 'Max']],
  [
    'max(x, a·x) of slopes of which one is too steep',
    (b, x) => b.max([x, b.mul(x, vector(b, [0.1, 0.2, 1.5, 0.1, 0.1, 0.1, 0.1, 0.1]))]),
    ['Mul', 'Max'],
  ],
  ['max(x, a·sin x)', (b, x) => b.max([x, b.mul(b.sin(x), of(b, 0.1))]), ['Sin', 'Mul', 'Max']],
  ['max(x, a + x)', (b, x) => b.max([x, b.add(x, of(b, 0.1))]), ['Add', 'Max']],
  [
    'x > 1 ? x : a·x',
    (b, x) => b.where(b.greater(x, of(b, 1)), x, b.mul(x, of(b, 0.1))),
    ['Greater', 'Mul', 'Where'],
  ],
  [
    'x > 0 ? a·x : x',
    (b, x) => b.where(b.greater(x, of(b, 0)), b.mul(x, of(b, 0.1)), x),
    ['Greater', 'Mul', 'Where'],
  ],
  [
    'a condition of another value',
    (b, x) => b.where(b.greater(b.sin(x), of(b, 0)), x, b.mul(x, of(b, 0.1))),
    ['Sin', 'Greater', 'Mul', 'Where'],
  ],
  [
    'relu(x) + a·(x − |x|)/2, NaN of an infinity',
    (b, x) => b.add(b.relu(x), b.mul(b.mul(b.sub(x, b.abs(x)), of(b, 0.5)), slopes(b))),
    ['Relu', 'Abs', 'Sub', 'Mul', 'Add'],
  ],
  [
    '0.6·x + 0.4·|x|, NaN of −∞',
    (b, x) => b.add(b.mul(x, of(b, 0.6)), b.mul(b.abs(x), of(b, 0.4))),
    ['Mul', 'Abs', 'Mul', 'Add'],
  ],
  [
    'relu(x) + a·clip(x, …, 0), which makes the lowest number of −∞',
    (b, x) => b.add(b.relu(x), b.mul(slopes(b), b.clip(x, { max: of(b, 0) }))),
    ['Relu', 'Clip', 'Mul', 'Add'],
  ],
  [
    '2·relu(x) − a·relu(−x)',
    (b, x) => b.sub(b.mul(b.relu(x), of(b, 2)), b.mul(b.relu(b.neg(x)), slopes(b))),
    ['Relu', 'Mul', 'Neg', 'Relu', 'Mul', 'Sub'],
  ],
  ['relu(x) − a·relu(x)', (b, x) => b.sub(b.relu(x), b.mul(slopes(b), b.relu(x))), ['Relu', 'Mul', 'Sub']],
  [
    'a half that is read elsewhere',
    (b, x) => {
      const positive = b.relu(x)
      return b.mul(b.sin(positive), b.sub(positive, b.mul(slopes(b), b.relu(b.neg(x)))))
    },
    ['Relu', 'Sin', 'Neg', 'Relu', 'Mul', 'Sub', 'Mul'],
  ],
  ['slopes that repeat x', (b, x) => b.max([x, b.mul(x, b.constant(weights([2, 1, 1, 8])))]), ['Mul', 'Max']],
]

describe('recognise-leaky-relus', () => {
  it.each(SPELLINGS)('%s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it.each(SPELLINGS)('gives NaN and infinities as before: %s', async (_, build) => {
    await expectSameSpecials(tokensModel(build))
  })

  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it('leaves integers', async () => {
    const model = tokensModel((b, x) => {
      const whole = b.cast(x, { to: 6 })
      return b.cast(b.max([whole, b.mul(whole, b.scalar('int32', 1))]), { to: 1 })
    })
    expect(await rewrittenOperators(model)).not.toContain('LeakyRelu')
  })

  it('takes slopes of channels, of pixels and of one number a channel in another rank', async () => {
    for (const dims of [
      [3, 1, 1],
      [3, 4, 4],
      [1, 3, 1, 1],
    ]) {
      const model = new Model()
      const x = model.graph.addInput('x', tensorType('float32', [2, 3, 4, 4]))
      const b = createBuilder(model)
      const slope = b.constant(weights(dims, 5))
      model.graph.addOutput('y', b.sub(b.relu(x), b.mul(slope, b.relu(b.neg(x)))))
      const feeds = { x: { dtype: 'float32', dims: [2, 3, 4, 4], data: seededFloats(96, 2) } } as const
      expect(operators(await rewritten(model, { level: 'all', feeds: [feeds] }))).toEqual(['PRelu'])
    }
  })

  it('computes in float16 as the nodes do, to its precision', async () => {
    const model = tokensModel((b, x) => {
      const half = b.cast(x, { to: 10 })
      return b.cast(b.max([half, b.mul(half, b.scalar('float16', 0.25))]), { to: 1 })
    })
    expect(await rewrittenOperators(model, 1e-3)).toEqual(['Cast', 'LeakyRelu', 'Cast'])
  })

  it('leaves an infinite slope: 0·∞', () => {
    const model = tokensModel((b, x) =>
      b.where(b.greater(x, of(b, 0)), x, b.mul(x, of(b, Number.POSITIVE_INFINITY))),
    )
    rewrite(model, { level: 'all' })
    expect(operators(model)).toEqual(['Greater', 'Mul', 'Where'])
  })
})
