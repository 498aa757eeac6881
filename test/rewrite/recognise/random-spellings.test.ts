import { describe, expect, it } from 'vitest'
import { type Builder, tensorOf, type Value } from '../../../src/graph/index.ts'
import { Random } from '../../../src/validate/random.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'
import { expectSameSpecials } from './special-values.ts'

const SEEDS = 40

/** Chooses, the same for the same seed. */
class Speller {
  readonly #random: Random
  readonly b: Builder

  constructor(b: Builder, seed: number) {
    this.b = b
    this.#random = new Random(seed + 1)
  }

  pick<T>(...choices: readonly (() => T)[]): T {
    const choice = choices[this.#random.below(choices.length)]
    if (!choice) throw new Error('there is one choice at least')
    return choice()
  }

  /** Mostly the pattern's own, sometimes something else, which must then be seen. */
  rarely<T>(own: () => T, other: () => T): T {
    return this.#random.below(8) === 0 ? other() : own()
  }

  swapped(operate: (a: Value, b: Value) => Value, a: Value, b: Value): Value {
    return this.pick(
      () => operate(a, b),
      () => operate(b, a),
    )
  }

  /** One number, one a column or one a row of columns. */
  slopes(): Value {
    const number = (): number => this.#random.normal()
    return this.pick(
      () => this.b.scalar('float32', Math.abs(number()) % 1),
      () => this.b.scalar('float32', number()),
      () =>
        this.b.constant(
          tensorOf(
            'float32',
            [8],
            Array.from({ length: 8 }, () => Math.abs(number()) % 1),
          ),
        ),
      () => this.b.constant(tensorOf('float32', [1, 8], Array.from({ length: 8 }, number))),
    )
  }

  negative(x: Value): Value {
    const { b } = this
    return this.pick(
      () => b.neg(x),
      () => this.swapped((p, q) => b.mul(p, q), x, b.scalar('float32', -1)),
      () => b.div(x, b.scalar('float32', -1)),
    )
  }

  scaled(x: Value, factor: Value): Value {
    const { b } = this
    return this.pick(
      () => this.swapped((p, q) => b.mul(p, q), x, factor),
      () => this.negative(this.swapped((p, q) => b.mul(p, q), this.negative(x), factor)),
    )
  }
}

function leaky(s: Speller, x: Value): Value {
  const { b } = s
  const slopes = s.slopes()
  const multiple = s.scaled(
    s.rarely(
      () => x,
      () => b.sin(x),
    ),
    slopes,
  )
  const zero = b.scalar(
    'float32',
    s.rarely(
      () => 0,
      () => 0.5,
    ),
  )
  const negative = (): Value =>
    s.pick(
      () => s.negative(b.relu(s.negative(x))),
      () => b.min([x, zero]),
    )
  return s.pick(
    () => s.swapped((p, q) => b.max([p, q]), x, multiple),
    () =>
      b.where(
        s.pick(
          () => b.greater(x, zero),
          () => b.less(zero, x),
          () => b.greaterOrEqual(x, zero),
        ),
        x,
        multiple,
      ),
    () =>
      b.where(
        s.pick(
          () => b.less(x, zero),
          () => b.lessOrEqual(x, zero),
        ),
        multiple,
        x,
      ),
    () => s.swapped((p, q) => b.add(p, q), b.relu(x), s.scaled(negative(), slopes)),
    () => b.sub(b.relu(x), s.scaled(b.relu(s.negative(x)), slopes)),
  )
}

function softmax(s: Speller, x: Value): Value {
  const { b } = s
  const axis = s.rarely(
    () => -1,
    () => 1,
  )
  const axes = () => ({ axes: b.int64s([axis]) })
  const max = s.rarely(
    () => b.reduceMax(x, axes()),
    () => b.reduceMax(x),
  )
  const d = s.pick(
    () => b.sub(x, max),
    () => s.swapped((p, q) => b.add(p, q), x, b.neg(max)),
  )
  const e = b.exp(d)
  const sum = s.rarely(
    () => b.reduceSum(e, axes()),
    () => b.reduceMean(e, axes()),
  )
  return s.pick(
    () => b.div(e, sum),
    () => s.swapped((p, q) => b.mul(p, q), e, b.reciprocal(sum)),
    () => b.sub(d, b.log(sum)),
    () => s.swapped((p, q) => b.add(p, q), d, b.neg(b.log(sum))),
  )
}

function length(s: Speller, x: Value): Value {
  const { b } = s
  const two = b.scalar(
    'float32',
    s.rarely(
      () => 2,
      () => 4,
    ),
  )
  const square = s.pick(
    () => b.mul(x, x),
    () => b.pow(x, two),
    () => b.mul(x, b.tanh(x)),
  )
  const axes = s.pick(
    () => [-1],
    () => [1],
    () => [0, 2],
    () => undefined,
  )
  const sum = b.reduceSum(square, {
    axes: axes && b.int64s(axes),
    keepdims: s.pick(
      () => 0,
      () => 1,
    ),
  })
  return s.pick(
    () => sum,
    () => b.sqrt(sum),
    () => b.pow(sum, b.scalar('float32', 0.5)),
  )
}

const FAMILIES = [
  ['leaky ReLUs', leaky],
  ['softmaxes', softmax],
  ['square sums', length],
] as const

describe.each(FAMILIES)('%s in any spelling', (_, spell) => {
  it('compute the same once recognised, and are most of the time', async () => {
    let recognised = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const model = tokensModel((b, x) => spell(new Speller(b, seed), b.identity(x)))
      if ((await rewrittenOperators(model)).some((op) => FUSED.has(op))) recognised++
      await expectSameSpecials(model)
    }
    expect(recognised).toBeGreaterThan(SEEDS / 3)
  })
})

const FUSED = new Set(['LeakyRelu', 'PRelu', 'Softmax', 'LogSoftmax', 'ReduceL2', 'ReduceSumSquare'])
