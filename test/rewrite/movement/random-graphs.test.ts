import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { weights } from '../small-models.ts'
import { modelOver, operatorsOf, rewritten } from './rewritten.ts'

/** Whole numbers below `count`, the same for the same seed. */
type Draw = (count: number) => number

function drawFrom(seed: number): Draw {
  let state = seed * 2654435761 + 1
  return (count) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % count
  }
}

type Step = (b: Builder, draw: Draw, x: Value, values: readonly Value[]) => Value

const axisOf = (draw: Draw, x: Value): number => draw(x.rank)
const sizeOf = (x: Value, axis: number): number => Number(x.dims[axis])

function permOf(draw: Draw, rank: number): number[] {
  const left = Array.from({ length: rank }, (_, axis) => axis)
  return Array.from({ length: rank }, () => left.splice(draw(left.length), 1)[0] ?? 0)
}

/** Transposes stand there often, so that there is something to move between them. */
const transpose: Step = (b, draw, x) => b.transpose(x, { perm: permOf(draw, x.rank) })

const STEPS: readonly Step[] = [
  transpose,
  transpose,
  transpose,
  transpose,
  (b, _, x) => b.tanh(x),
  (b, draw, x) => b.add(x, b.constant(weights([Number(x.dims.at(-1))], draw(9)))),
  (b, draw, x) => b.mul(b.constant(weights([sizeOf(x, x.rank - 2), 1], draw(9))), x),
  (b, draw, x, values) => {
    const like = values.filter((value) => value.dims.join() === x.dims.join())
    return b.sub(x, like[draw(like.length)] ?? x)
  },
  (b, draw, x) => b.concat([x, b.neg(x)], { axis: axisOf(draw, x) }),
  (b, draw, x) => {
    const axis = axisOf(draw, x)
    return b.slice(x, b.int64s([draw(sizeOf(x, axis))]), b.int64s([99]), { axes: b.int64s([axis]) })
  },
  (b, draw, x) => b.reduceMax(x, { axes: b.int64s([axisOf(draw, x)]) }),
  (b, draw, x) =>
    x.rank > 2 ? b.reduceMean(x, { axes: b.int64s([axisOf(draw, x)]), keepdims: 0 }) : b.neg(x),
  (b, draw, x) => b.softmax(x, { axis: axisOf(draw, x) }),
  (b, draw, x) => (x.rank < 5 ? b.unsqueeze(x, b.int64s([draw(x.rank + 1)])) : x),
  (b, _, x) => {
    const ones = x.dims.flatMap((dim, axis) => (dim === 1 && x.rank > 2 ? [axis] : []))
    return ones.length > 0 ? b.squeeze(x, { axes: b.int64s(ones.slice(0, 1)) }) : b.tanh(x)
  },
  (b, draw, x) => {
    const axis = draw(x.rank - 1)
    const joined = x.dims.toSpliced(axis, 2, sizeOf(x, axis) * sizeOf(x, axis + 1))
    return x.rank > 2 ? b.reshape(x, b.int64s(joined.map(Number))) : b.neg(x)
  },
  (b, draw, x) => {
    const axis = axisOf(draw, x)
    const half = sizeOf(x, axis) / 2
    const split = x.dims.toSpliced(axis, 1, 2, half)
    return Number.isInteger(half) && x.rank < 5 ? b.reshape(x, b.int64s(split.map(Number))) : b.neg(x)
  },
  (b, draw, x) => b.pad(x, b.int64s(Array.from({ length: 2 * x.rank }, () => draw(2)))),
]

/** Sizes stay small whatever is drawn. */
const LARGEST = 4096

function grown(b: Builder, seed: number, x: Value): readonly Value[] {
  const draw = drawFrom(seed)
  const values: Value[] = [x]
  for (let step = 0; step < 18; step++) {
    // Mostly on with what is there, at times back to an earlier value.
    const from = draw(4) === 0 ? values[draw(values.length)] : values.at(-1)
    const made = STEPS[draw(STEPS.length)]?.(b, draw, from ?? x, values)
    if (made && made.dims.reduce<number>((count, dim) => count * Number(dim), 1) <= LARGEST) values.push(made)
  }
  return values.slice(-2)
}

const SEEDS = Array.from({ length: Number(process.env['REWRITE_SEEDS'] ?? 40) }, (_, index) => index + 1)

describe('random graphs that move elements about', () => {
  it.each(SEEDS)('compute the same after rewriting, with no more nodes: seed %i', async (seed) => {
    const model = modelOver({ x: [2, 3, 4] }, (b, x) => grown(b, seed, x('x')))
    const before = operatorsOf(model).length
    expect(operatorsOf(await rewritten(model)).length).toBeLessThanOrEqual(before)
  })
})
